/** Lines drawn with the pen MNIST's digits were written with, on its grid. Twin of mnist_core.drawing.pen. */

import { interpolate, least, linspace, most, roundHalfEven } from "./array.js"
import { DrawingError } from "./errors.js"
import { lengths } from "./strokes.js"

export const SIZE = 28
export const NOTHING = "Nothing is drawn yet. Draw a digit from 0 to 9."
const LONGEST = 20
const CENTRE = 14
const THICKNESS = 2.4
const EDGE = 0.5
const REACH = (THICKNESS + EDGE) / 2
const SAMPLES = 2
const STEP = 0.2
const GRID = 16
const MARGIN = Math.ceil(REACH * SAMPLES) + 1

/**
 * A rectangle of grey values.
 *
 * @typedef {object} Ink
 * @property {Float32Array} values Row by row, in [0, 1].
 * @property {number} height In pixels.
 * @property {number} width In pixels.
 */

/** @typedef {{x: Float64Array, y: Float64Array}} Line */

/**
 * Draw lines so that the longest side of their ink, pen included, is `longest` pixels.
 *
 * @param {Line[]} lines
 * @param {number} longest
 * @returns {Ink}
 */
export function draw(lines, longest = LONGEST) {
    const left = least(lines.map(({ x }) => least(x)))
    const top = least(lines.map(({ y }) => least(y)))
    const across = most(lines.map(({ x }) => most(x))) - left
    const down = most(lines.map(({ y }) => most(y))) - top
    const extent = Math.max(across, down)
    const scale = extent > 0 ? (longest - 2 * REACH) / extent : 0
    const width = Math.ceil(across * scale + 2 * REACH - 1e-6)
    const height = Math.ceil(down * scale + 2 * REACH - 1e-6)

    const nearest = new Distances(width, height)
    for (const line of lines) {
        const { x, y } = dense({ x: line.x.map((v) => (v - left) * scale), y: line.y.map((v) => (v - top) * scale) })
        for (let i = 0; i < x.length; i++) nearest.add(x[i], y[i])
    }
    return nearest.ink()
}

/** Distances in px from each sample of a box, SAMPLES a pixel, to the nearest of some points, as far as REACH. */
class Distances {
    /**
     * @param {number} width Of the box, in pixels.
     * @param {number} height
     */
    constructor(width, height) {
        this.width = width
        this.height = height
        this.stride = width * SAMPLES + 2 * MARGIN
        this.squared = new Float64Array((height * SAMPLES + 2 * MARGIN) * this.stride).fill(Infinity)
        this.cells = width * GRID + 1
        /** Which points of a grid of 1/16 px have been added: each is added once. */
        this.seen = new Uint8Array(this.cells * (height * GRID + 1))
    }

    /**
     * Add a point; (0, 0) lies REACH from the box's left and upper edge.
     *
     * @param {number} x
     * @param {number} y
     */
    add(x, y) {
        const column = roundHalfEven(x * GRID)
        const row = roundHalfEven(y * GRID)
        const cell = row * this.cells + column
        if (this.seen[cell]) return
        this.seen[cell] = 1
        const px = column / GRID + REACH
        const py = row / GRID + REACH
        const firstColumn = Math.floor(px * SAMPLES)
        const firstRow = Math.floor(py * SAMPLES)
        for (let r = firstRow - MARGIN; r <= firstRow + MARGIN; r++) {
            const dy = (r + 0.5) / SAMPLES - py
            const start = (r + MARGIN) * this.stride + MARGIN
            for (let c = firstColumn - MARGIN; c <= firstColumn + MARGIN; c++) {
                const dx = (c + 0.5) / SAMPLES - px
                const distance = dy * dy + dx * dx
                if (distance < this.squared[start + c]) this.squared[start + c] = distance
            }
        }
    }

    /** @returns {Ink} Full up to 0.95 px from the points, none from 1.45 px on. */
    ink() {
        const sums = new Float64Array(this.width * this.height)
        for (let row = 0; row < this.height * SAMPLES; row++) {
            for (let column = 0; column < this.width * SAMPLES; column++) {
                const distance = Math.sqrt(this.squared[(row + MARGIN) * this.stride + MARGIN + column])
                sums[Math.floor(row / SAMPLES) * this.width + Math.floor(column / SAMPLES)] += Math.min(
                    Math.max((REACH - distance) / EDGE, 0),
                    1,
                )
            }
        }
        const values = Float32Array.from(sums, (sum) => sum / SAMPLES ** 2)
        return { values, width: this.width, height: this.height }
    }
}

/**
 * The line with points added, so that no two neighbours are farther apart than STEP.
 *
 * @param {Line} line
 * @returns {Line}
 */
function dense({ x, y }) {
    const along = lengths(x, y)
    const end = along[along.length - 1]
    const pieces = Math.ceil(Math.min(end, 4000) / STEP)
    const at = Float64Array.from([...along, ...linspace(0, end, pieces + 1)]).sort()
    return { x: interpolate(at, along, x), y: interpolate(at, along, y) }
}

/**
 * Place ink as MNIST does: longest side 20 px, centre of mass within half a pixel of index 14, whole-pixel shift.
 *
 * @param {(longest: number) => Ink} make Asked for less than 20 px only where a lopsided mark would not fit.
 * @returns {Float32Array} (28, 28) in [0, 1], row by row.
 * @throws {DrawingError} there is no ink.
 */
export function centre(make) {
    for (let longest = LONGEST; longest > SIZE / 2 - 2; longest--) {
        const { values, width, height } = make(longest)
        let total = 0
        let down = 0
        let across = 0
        values.forEach((value, i) => {
            total += value
            down += value * Math.floor(i / width)
            across += value * (i % width)
        })
        if (!(total > 0)) break
        const top = roundHalfEven(CENTRE - down / total)
        const left = roundHalfEven(CENTRE - across / total)
        if (Math.min(top, left) < 0 || top + height > SIZE || left + width > SIZE) continue
        const image = new Float32Array(SIZE * SIZE)
        for (let row = 0; row < height; row++) {
            const line = values.subarray(row * width, (row + 1) * width).map((v) => Math.min(v, 1))
            image.set(line, (top + row) * SIZE + left)
        }
        return image
    }
    throw new DrawingError(NOTHING)
}
