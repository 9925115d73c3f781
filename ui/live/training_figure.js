/** The charts of a training: loss and accuracy over its epochs. Twin of mnist_core.figures.training. */

/** @typedef {import("./history.js").History} History */

/** A point of a curve; y is null where it has a gap. @typedef {[number, number | null]} Place */

/**
 * A curve of a chart.
 *
 * @typedef {object} Curve
 * @property {string} name
 * @property {Place[]} points
 * @property {string} colour
 * @property {number} width CSS pixels; 0 where only the points are seen.
 * @property {number} opacity
 * @property {boolean} dotted
 * @property {"circle" | "star" | null} symbol Of each point.
 * @property {string | null} label At the end of the curve.
 */

/**
 * An axis; what is null follows from the points.
 *
 * @typedef {{name: string, min: number | null, max: number | null, logarithmic: boolean}} Axis
 */

/**
 * A chart of curves, with upright lines at places of the x axis and what is written at their ends.
 *
 * @typedef {object} Figure
 * @property {string} title
 * @property {Axis} x
 * @property {Axis} y
 * @property {Curve[]} curves From the lowest to the highest.
 * @property {string[]} legend The names that it tells.
 * @property {{x: number, text: string}[]} marks
 * @property {"top" | "bottom"} marksAt
 */

/** Colours as in mnist_core.figures.colours. @typedef {{training: string, validation: string, test: string}} Colours */

export const MOST_POINTS = 500
const DIVERGED = 10
const RAW = "not smoothed"
const GUESS = "your guess"

/**
 * At most `most` of the points, evenly spread, the first and the last among them.
 *
 * @template T
 * @param {T[]} points
 * @param {number} most
 */
export function thin(points, most = MOST_POINTS) {
    if (points.length <= most) return points
    const last = points.length - 1
    return Array.from({ length: most }, (_, i) => points[Math.floor((i * last) / (most - 1))])
}

/**
 * The running mean in which each value counts `weight` times as much as the next one; debiased as in Adam.
 *
 * @param {number[]} values
 * @param {number} weight
 */
export function smooth(values, weight) {
    let total = 0
    let share = 0
    return values.map((value) => {
        total = weight * total + (1 - weight) * value
        share = weight * share + (1 - weight)
        return total / share
    })
}

/**
 * @param {History} history
 * @param {Colours} colours
 * @param {number} smoothing
 * @param {boolean} logarithmic
 * @returns {Figure}
 */
export function lossFigure(history, colours, smoothing, logarithmic) {
    /** @type {Axis} */
    const y = { name: "loss (lower is better)", min: logarithmic ? null : 0, max: null, logarithmic }
    if (!history.steps.length) Object.assign(y, logarithmic ? { min: 0.01, max: 10 } : { max: 2.5 })
    else {
        const most = DIVERGED * history.steps[0].loss
        if (history.steps.some((one) => one.loss > most)) y.max = Math.round(most)
    }
    const drawn = curves(history, colours, smoothing, (one) => one.loss)
    if (logarithmic) {
        for (const one of drawn) one.points = one.points.map(([at, value]) => [at, value && value > 0 ? value : null])
    }
    return figure("Loss", history, y, drawn, "top")
}

/**
 * @param {History} history
 * @param {Colours} colours
 * @param {number} smoothing
 * @param {number | null} guess Of the test accuracy, 0 to 1.
 * @returns {Figure}
 */
export function accuracyFigure(history, colours, smoothing, guess) {
    const drawn = curves(history, colours, smoothing, (one) => 100 * one.accuracy)
    if (history.testAccuracy !== null) {
        const at = history.steps.at(-1)?.epoch ?? 0
        const star = curve("test", [[at, 100 * history.testAccuracy]], colours.test)
        drawn.push({ ...star, symbol: "star" })
    }
    if (guess !== null) {
        /** @type {Place[]} */
        const across = [0, history.epochs].map((at) => [at, 100 * guess])
        drawn.push({ ...curve(GUESS, across, colours.test), dotted: true, symbol: null, label: GUESS })
    }
    const min = history.steps.length ? null : 0
    return figure(
        "Accuracy",
        history,
        { name: "images read right (%)", min, max: 100, logarithmic: false },
        drawn,
        "bottom",
    )
}

/**
 * Below all others and only with smoothing, training as it was measured; training; validation.
 *
 * @param {History} history
 * @param {Colours} colours
 * @param {number} smoothing
 * @param {(one: import("./history.js").Point) => number} value
 */
function curves(history, colours, smoothing, value) {
    const epochs = history.steps.map((one) => one.epoch)
    const measured = history.steps.map(value)
    const smoothed = smooth(measured, smoothing)
    /** @type {(values: number[]) => Place[]} */
    const over = (values) => thin(epochs.map((epoch, i) => [epoch, values[i]]))
    const raw = { ...curve(RAW, over(measured), colours.training), width: 1, opacity: 0.4, symbol: null }
    const validated = history.validations
    /** @type {Curve[]} */
    return [
        ...(smoothing ? [raw] : []),
        curve("training", over(smoothed), colours.training),
        curve(
            "validation",
            thin(validated.map((one) => [one.epoch, value(one)])),
            colours.validation,
            validated.length < 30,
        ),
    ]
}

/**
 * @param {string} name
 * @param {Place[]} places
 * @param {string} colour
 * @param {boolean} symbols One or two points are no line: they have symbols anyway.
 * @returns {Curve}
 */
function curve(name, places, colour, symbols = places.length < 3) {
    /** @type {Place[]} */
    const points = places.map(([x, y]) => [short(x), y === null ? null : short(y)])
    return { name, points, colour, width: 2, opacity: 1, dotted: false, symbol: symbols ? "circle" : null, label: null }
}

/**
 * Five digits are more than a screen shows.
 *
 * @param {number} value
 */
function short(value) {
    return Number(value.toPrecision(5))
}

/**
 * @param {string} title
 * @param {History} history
 * @param {Axis} y
 * @param {Curve[]} drawn
 * @param {"top" | "bottom"} marksAt
 * @returns {Figure}
 */
function figure(title, history, y, drawn, marksAt) {
    return {
        title,
        x: { name: "epochs", min: 0, max: history.epochs, logarithmic: false },
        y,
        curves: drawn,
        legend: drawn.map((one) => one.name).filter((name) => name !== RAW && name !== GUESS),
        marks: marks(history),
        marksAt,
    }
}

/** @param {History} history */
function marks(history) {
    const made = history.rateChanges.filter((one) => one.step <= history.step)
    const found = made.map(({ epoch, text }) => ({ x: epoch, text }))
    const best = history.bestEpoch
    return best ? [...found, { x: best, text: `epoch ${best} is used` }] : found
}
