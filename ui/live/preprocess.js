/** A drawing becomes 28 x 28 pixels the way MNIST's digits were made. Twin of mnist_core.drawing.preprocess. */

import { least, most } from "./array.js"
import { DrawingError } from "./errors.js"
import { centre, draw, NOTHING } from "./pen.js"
import { clean, gap, outline } from "./strokes.js"

/** @typedef {import("./strokes.js").Stroke} Stroke */

const TOO_SMALL = "That mark is too small to be a digit. Draw a digit from 0 to 9 that fills most of the board."
const SMALLEST_PX = 8
const LEAST_PENS = 0.5
const STRAY = 0.08
const STRAY_GAP = 0.12
const DOTTED = 0.2
export const MOST_PARTS = 100

/**
 * Strokes, drawn anew with MNIST's pen, on MNIST's grid.
 *
 * @param {Stroke[]} drawn
 * @returns {Float32Array} (28, 28) in [0, 1], white on black, row by row.
 * @throws {DrawingError} there is no stroke, or none long enough to be a digit's.
 */
export function fromStrokes(drawn) {
    const strokes = withoutStray(clean(drawn))
    if (!strokes.length) throw new DrawingError(NOTHING)
    const smallest = Math.max(SMALLEST_PX, LEAST_PENS * Math.max(...strokes.map((stroke) => stroke.width)))
    if (extent(strokes) < smallest) throw new DrawingError(TOO_SMALL)
    return centre((longest) => draw(strokes, longest))
}

/**
 * The strokes without stray dots: tiny against the largest stroke, and not touching any other with MNIST's pen.
 *
 * @param {Stroke[]} strokes
 */
export function withoutStray(strokes) {
    if (strokes.length < 2 || strokes.length > MOST_PARTS) return strokes
    const extents = strokes.map((stroke) => extent([stroke]))
    const largest = Math.max(...extents)
    if (largest < DOTTED * extent(strokes)) return strokes
    const long = strokes.filter((_, i) => extents[i] >= STRAY * largest).map(outline)
    return strokes.filter((stroke, i) => {
        if (extents[i] >= STRAY * largest) return true
        const middle = { x: Float64Array.of(mean(stroke.x)), y: Float64Array.of(mean(stroke.y)) }
        return Math.min(...long.map((other) => gap(middle, other))) < STRAY_GAP * largest
    })
}

/** @param {Stroke[]} strokes */
function extent(strokes) {
    const across = most(strokes.map(({ x }) => most(x))) - least(strokes.map(({ x }) => least(x)))
    const down = most(strokes.map(({ y }) => most(y))) - least(strokes.map(({ y }) => least(y)))
    return Math.max(across, down)
}

/** @param {Float64Array} values */
function mean(values) {
    return values.reduce((sum, value) => sum + value, 0) / values.length
}
