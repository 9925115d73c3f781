/** What the pen did: strokes as points. Twin of mnist_core.drawing.strokes. */

import { interpolate, linspace, most } from "./array.js"
import { DrawingError } from "./errors.js"

/**
 * One movement of the pen, from touching down to lifting off.
 *
 * @typedef {object} Stroke
 * @property {Float64Array} x To the right, in canvas pixels, one a point.
 * @property {Float64Array} y Downwards.
 * @property {number} width Of the brush, in canvas pixels.
 */

export const OUTLINE = 128
export const FARTHEST_PX = 100_000

/**
 * The strokes without points that are no numbers, and without strokes that had no other point. One that has none to
 * leave out stays the same object, so that what is known of it can be kept.
 *
 * @param {Stroke[]} strokes
 * @returns {Stroke[]}
 * @throws {DrawingError} a point is more than 100,000 px away from the canvas' corner.
 */
export function clean(strokes) {
    /** @type {Stroke[]} */
    const kept = []
    for (const drawn of strokes) {
        const { x, y, width } = drawn
        const finite = [...x.keys()].filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]))
        if (!finite.length) continue
        const stroke =
            finite.length === x.length
                ? drawn
                : { x: Float64Array.from(finite, (i) => x[i]), y: Float64Array.from(finite, (i) => y[i]), width }
        const farthest = Math.max(most(stroke.x.map(Math.abs)), most(stroke.y.map(Math.abs)))
        if (farthest > FARTHEST_PX) {
            const reached = farthest.toExponential(2).replace(/\.?0*e\+(\d)$/, "e+0$1")
            throw new DrawingError(
                `The drawing reaches ${reached} px from the board's corner, expected at most 100,000 px. ` +
                    "Clear the board and draw again.",
            )
        }
        kept.push(stroke)
    }
    return kept
}

/**
 * OUTLINE points, evenly spaced along the stroke.
 *
 * @param {Stroke} stroke
 * @returns {Stroke}
 */
export function outline({ x, y, width }) {
    const along = lengths(x, y)
    const at = linspace(0, along[along.length - 1], OUTLINE)
    return { x: interpolate(at, along, x), y: interpolate(at, along, y), width }
}

/**
 * How far along the line each of its points lies, from 0 on.
 *
 * @param {Float64Array} x
 * @param {Float64Array} y
 */
export function lengths(x, y) {
    const along = new Float64Array(x.length)
    for (let i = 1; i < x.length; i++) {
        const dx = x[i] - x[i - 1]
        const dy = y[i] - y[i - 1]
        along[i] = along[i - 1] + Math.sqrt(dx * dx + dy * dy)
    }
    return along
}

/**
 * Smallest distance between the points of two lines, in their own unit.
 *
 * @param {{x: Float64Array, y: Float64Array}} one
 * @param {{x: Float64Array, y: Float64Array}} other
 */
export function gap(one, other) {
    let least = Infinity
    for (let i = 0; i < one.x.length; i++) {
        for (let j = 0; j < other.x.length; j++) {
            const dx = one.x[i] - other.x[j]
            const dy = one.y[i] - other.y[j]
            const squared = dx * dx + dy * dy
            if (squared < least) least = squared
        }
    }
    return Math.sqrt(least)
}
