/** What a run reads in the drawings that it watches, over its steps. */

/** Step, epoch, and ten probabilities of each drawing in thousandths, by its key. @typedef {[number, number, Record<string, number[]>]} Line */

/** What the server answers of them. @typedef {{next: number, more: boolean, anew: boolean, lines: Line[]}} Answer */

/** What was read in one drawing at one step. @typedef {{step: number, probabilities: number[]}} Reading */

export class Readings {
    constructor() {
        /** @type {Line[]} */
        this.lines = []
        /** The byte from which on they have yet to be read. */
        this.next = 0
        /** The keys that are asked for, as they stand in an address. */
        this.keys = ""
        /** Those that the question under way asks for. */
        this.asked = ""
    }

    /**
     * What an address has to say to be answered with what was read in these drawings.
     *
     * @param {string[]} keys
     */
    ask(keys) {
        const wanted = [...new Set(keys)].sort().join(",")
        if (wanted !== this.keys) Object.assign(this, { lines: [], next: 0, keys: wanted })
        this.asked = this.keys
        return wanted && `&watched=${this.next}&drawings=${wanted}`
    }

    /** @param {Answer} answer */
    take({ next, anew, lines }) {
        if (this.asked !== this.keys) return
        if (anew) this.lines = []
        for (const line of lines) {
            // A step that comes again comes after a resume, or of the weights that are used in the end.
            while (this.lines.length && /** @type {Line} */ (this.lines.at(-1))[0] >= line[0]) this.lines.pop()
            this.lines.push(line)
        }
        this.next = next
    }

    /**
     * @param {string} key
     * @returns {Reading[]} In the order of the steps.
     */
    of(key) {
        return this.lines.flatMap(([step, , read]) =>
            read[key] ? [{ step, probabilities: read[key].map((share) => share / 1000) }] : [],
        )
    }
}

/** @param {number[]} probabilities */
export function mostProbable(probabilities) {
    return probabilities.indexOf(Math.max(...probabilities))
}

/**
 * What is read now, since which step, whether that is the first one, and what was read before.
 *
 * @param {Reading[]} readings At least one.
 */
export function streak(readings) {
    const digits = readings.map(({ probabilities }) => mostProbable(probabilities))
    const digit = digits[digits.length - 1]
    let first = digits.length - 1
    while (first && digits[first - 1] === digit) first--
    return { digit, since: readings[first].step, before: first ? digits[first - 1] : null }
}

/**
 * @param {Reading[]} readings
 * @param {number | null} label The digit that it is, where that is known.
 */
export function describeReadings(readings, label) {
    if (!readings.length) return "The network has not looked at it yet."
    const { digit, since, before } = streak(readings)
    if (label !== null && digit !== label)
        return `Not read right now: it is ${article(label)}, and read as **${digit}**.`
    const read = label === null ? `Read as **${digit}**` : `Read right, as **${digit}**,`
    return before === null
        ? `${read} at every look since step ${since.toLocaleString("en")}.`
        : `${read} since step ${since.toLocaleString("en")}; before that as ${before}.`
}

/** @param {number} digit */
function article(digit) {
    return `${digit === 8 ? "an" : "a"} ${digit}`
}
