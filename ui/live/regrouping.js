/**
 * Whether neighbours are one digit, or one group is two, by what a network makes of the pieces. Twin of
 * mnist_core.drawing.regrouping.
 */

import { least, most } from "./array.js"
import { DrawingError } from "./errors.js"
import { fromStrokes } from "./preprocess.js"

/** @typedef {import("./strokes.js").Stroke} Stroke */

/** Log-odds that an image, (28, 28) in [0, 1], is a digit. @typedef {(image: Float32Array) => number} Judge */

/** Indices of the strokes of one digit, ascending. @typedef {number[]} Group */

/** What makes two pieces one digit, in log-odds. @typedef {{together: number, apart: number, gap: number, bias: number}} Weights */

const NEIGHBOURS = { together: 1.39, apart: -2.8, gap: -0.38, bias: -0.07 }
const PARTS = { together: 1.7, apart: -2.7, gap: -20, bias: -0.4 }
const FARTHEST = 0.6
const TALL = 0.5
const MOST_STROKES = 12
const LEAST = -12
const MOST_KNOWN = 1_000

/** What is known of strokes that are still on the board: it does not have to be worked out again at each frame. */
export class Memory {
    constructor() {
        /** Log probability of each set of strokes, by their numbers. @type {Map<string, number>} */
        this.known = new Map()
        /** @type {WeakMap<Stroke, number>} */
        this.numbers = new WeakMap()
        this.next = 0
    }

    /** @param {Stroke[]} strokes */
    nameOf(strokes) {
        return strokes
            .map((stroke) => {
                const number = this.numbers.get(stroke) ?? this.next++
                this.numbers.set(stroke, number)
                return number
            })
            .join()
    }

    /**
     * @param {string} name
     * @param {number} value
     */
    keep(name, value) {
        if (this.known.size >= MOST_KNOWN) this.known.clear()
        this.known.set(name, value)
    }
}

/** The strokes on a board, and what the judge says of sets of them; nothing is asked twice. */
export class Pieces {
    /**
     * @param {Stroke[]} strokes Without stray dots.
     * @param {Judge} judge
     * @param {Memory} memory
     */
    constructor(strokes, judge, memory) {
        this.strokes = strokes
        this.judge = judge
        this.memory = memory
        this.boxes = strokes.map(({ x, y }) => ({ left: least(x), right: most(x), top: least(y), bottom: most(y) }))
    }

    /** @param {Group} group */
    box(group) {
        const boxes = group.map((i) => this.boxes[i])
        return {
            left: Math.min(...boxes.map(({ left }) => left)),
            right: Math.max(...boxes.map(({ right }) => right)),
            top: Math.min(...boxes.map(({ top }) => top)),
            bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
        }
    }

    /**
     * Log probability that a group is a digit. What is too small to be one is none.
     *
     * @param {Group} group
     */
    logProbability(group) {
        const strokes = group.map((i) => this.strokes[i])
        const name = this.memory.nameOf(strokes)
        let found = this.memory.known.get(name)
        if (found === undefined) {
            found = LEAST
            try {
                const logOdds = this.judge(fromStrokes(strokes))
                // log(1 + exp(-x)), also where exp overflows
                const lost = Math.max(-logOdds, 0) + Math.log1p(Math.exp(-Math.abs(logOdds)))
                found = Math.max(-lost, LEAST)
            } catch (error) {
                if (!(error instanceof DrawingError)) throw error
            }
            this.memory.keep(name, found)
        }
        return found
    }

    /**
     * Log-odds that two pieces are one digit.
     *
     * @param {Group} left
     * @param {Group} right
     * @param {Weights} weights
     */
    logOdds(left, right, weights) {
        const whole = join(left, right)
        const { top, bottom } = this.box(whole)
        const gap = (this.box(right).left - this.box(left).right) / Math.max(bottom - top, 1e-9)
        const apart = Math.min(this.logProbability(left), this.logProbability(right))
        const together = this.logProbability(whole)
        return weights.together * together + weights.apart * apart + weights.gap * gap + weights.bias
    }

    /**
     * Whether two neighbours may be one digit: side by side, and not too far apart.
     *
     * @param {Group} left
     * @param {Group} right
     */
    near(left, right) {
        const [one, other] = [this.box(left), this.box(right)]
        const height = Math.max(one.bottom, other.bottom) - Math.min(one.top, other.top)
        const level = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
        return level > 0 && other.left - one.right < FARTHEST * height
    }

    /**
     * The ways to part a group into what lies left and right, both tall enough to be digits.
     *
     * @param {Group} group
     * @returns {[Group, Group][]}
     */
    cuts(group) {
        if (group.length < 2 || group.length > MOST_STROKES) return []
        const middle = (/** @type {number} */ i) => this.boxes[i].left + this.boxes[i].right
        const order = [...group].sort((a, b) => middle(a) - middle(b))
        const { top, bottom } = this.box(group)
        const isTall = (/** @type {Group} */ part) => {
            const box = this.box(part)
            return box.bottom - box.top >= TALL * (bottom - top)
        }
        return order
            .slice(1)
            .map((_, i) => /** @type {[Group, Group]} */ ([join(order.slice(0, i + 1)), join(order.slice(i + 1))]))
            .filter(([left, right]) => isTall(left) && isTall(right))
    }
}

/**
 * The groups, in reading order as they come, some of them split or joined as the judge says.
 *
 * @param {Pieces} pieces
 * @param {Group[]} groups
 * @returns {Group[]}
 */
export function regroup(pieces, groups) {
    const found = groups.flatMap((group) => split(pieces, group))
    for (;;) {
        let best = -1
        let highest = 0
        for (let i = 0; i + 1 < found.length; i++) {
            if (!pieces.near(found[i], found[i + 1])) continue
            const odds = pieces.logOdds(found[i], found[i + 1], NEIGHBOURS)
            if (odds > highest) [best, highest] = [i, odds]
        }
        if (best < 0) return found
        found.splice(best, 2, join(found[best], found[best + 1]))
    }
}

/**
 * @param {Pieces} pieces
 * @param {Group} group
 * @returns {Group[]}
 */
function split(pieces, group) {
    let least = Infinity
    /** @type {[Group, Group] | null} */
    let parts = null
    for (const cut of pieces.cuts(group)) {
        const odds = pieces.logOdds(...cut, PARTS)
        if (odds < least) [least, parts] = [odds, cut]
    }
    if (!parts || least >= 0) return [group]
    return parts.flatMap((part) => split(pieces, part))
}

/**
 * All of them as one group.
 *
 * @param {Group[]} groups
 */
function join(...groups) {
    return groups.flat().sort((a, b) => a - b)
}
