/** A run's events folded into columns, as its charts read them. Twin of mnist_core.history. */

/**
 * A report or a measurement: step, epoch with its fraction, loss and accuracy (0 to 1).
 *
 * @typedef {{step: number, epoch: number, loss: number, accuracy: number}} Point
 */

/**
 * A change of the learning rate, as it is written on a chart.
 *
 * @typedef {{step: number, epoch: number, text: string}} RateChange
 */

/** What `run_events.compact` makes of an event: its kind, and its numbers. @typedef {[string, ...any[]]} Compact */

export class History {
    constructor() {
        /** How many epochs wide the charts are: all that are planned, or those that fitted into a limit in seconds. */
        this.epochs = 1
        this.stepsPerEpoch = 1
        /** @type {Point[]} */
        this.steps = []
        /** @type {Point[]} */
        this.validations = []
        /** The ends of epochs. @type {{step: number, epoch: number}[]} */
        this.ends = []
        /** @type {RateChange[]} */
        this.rateChanges = []
        /** The epoch whose weights are used, if early stopping has chosen one. @type {number | null} */
        this.bestEpoch = null
        /** @type {number | null} */
        this.testAccuracy = null
    }

    /** @param {Compact} event */
    add([kind, ...values]) {
        if (kind === "started") this.start(values[0], values[1], values[2])
        else if (kind === "step") this.steps.push(point(values))
        else if (kind === "validation") this.validations.push(point(values))
        else if (kind === "epoch") this.ends.push({ step: values[0], epoch: values[1] })
        else if (kind === "rate") {
            const [step, epoch, text] = values
            this.rateChanges = [...this.rateChanges.filter((one) => one.step < step), { step, epoch, text }]
        } else if (kind === "ended") this.end(values[0], values[1], values[2])
    }

    /**
     * A start, or a resume at the end of an epoch: what was reported beyond it is taken back.
     *
     * @param {number} epoch
     * @param {number} epochs Planned.
     * @param {number} stepsPerEpoch
     */
    start(epoch, epochs, stepsPerEpoch) {
        this.epochs = epochs
        this.stepsPerEpoch = stepsPerEpoch
        this.bestEpoch = this.testAccuracy = null
        this.steps = this.steps.filter((one) => one.epoch <= epoch)
        this.validations = this.validations.filter((one) => one.epoch <= epoch)
        this.ends = this.ends.filter((one) => one.epoch <= epoch)
    }

    /**
     * The end, however it came.
     *
     * @param {number | null} bestEpoch
     * @param {number | null} testAccuracy
     * @param {number | null} limitedAt The step at which a limit in seconds ended the run, if one did.
     */
    end(bestEpoch, testAccuracy, limitedAt) {
        this.bestEpoch = bestEpoch
        this.testAccuracy = testAccuracy
        if (limitedAt) this.epochs = limitedAt / this.stepsPerEpoch
    }

    /** Optimisation steps done, as far as reported. */
    get step() {
        return Math.max(0, ...[this.steps, this.validations, this.ends].map((one) => one.at(-1)?.step ?? 0))
    }
}

/**
 * @param {any[]} values
 * @returns {Point}
 */
function point([step, epoch, loss, accuracy]) {
    return { step, epoch, loss, accuracy }
}
