/** Strokes, read from the board's fabric.js objects. Twin of mnist_core.drawing.strokes.from_canvas. */

import { FARTHEST_PX } from "./strokes.js"

/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * An object of fabric.js, as its `toObject` gives it.
 *
 * @typedef {{type?: string, visible?: boolean, path?: Command[], [name: string]: any}} FabricObject
 */

/** A command of a path: ["M", x, y], ["L", x, y], ["Q", cx, cy, x, y], ["C", ...] or ["Z"]. @typedef {any[]} Command */

/** @typedef {[number, number]} Point */

const CURVE_PIECES = 8
/** @type {Record<string, number>} */
const ORIGIN_SHARE = { left: 0, top: 0, center: 0.5, right: 1, bottom: 1 }
const PIECE_ENDS = Array.from({ length: CURVE_PIECES }, (_, i) => (i + 1) / CURVE_PIECES)

/**
 * The strokes among a board's objects. Objects that are no paths, and paths that cannot be read, are left out.
 *
 * @param {FabricObject[]} objects
 * @returns {Stroke[]}
 */
export function fromObjects(objects) {
    return objects
        .filter((item) => String(item.type ?? "").toLowerCase() === "path" && item.visible !== false)
        .map(readPath)
        .filter((stroke) => stroke !== null)
}

/**
 * @param {FabricObject} item
 * @returns {Stroke | null} null where it has no points or cannot be read.
 */
function readPath(item) {
    const flat = flatten(item.path)
    if (!flat?.points.length) return null
    const { points, low, high } = flat
    const scale = [Number(item.scaleX ?? 1), Number(item.scaleY ?? 1)]
    const width = Number(item.strokeWidth ?? 1)
    const drawnScale = item.strokeUniform ? 1 : Math.sqrt(Math.abs(scale[0] * scale[1]))
    /** @type {Point} */
    const centre = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2]
    const size = [high[0] - low[0] + width, high[1] - low[1] + width]
    const { matrix, shift } = placement(item, scale, size, centre)
    const placed = points.map(([x, y]) => {
        const [dx, dy] = [x - centre[0], y - centre[1]]
        return [dx * matrix[0] + dy * matrix[1] + shift[0], dx * matrix[2] + dy * matrix[3] + shift[1]]
    })
    const drawn = Math.max(width * drawnScale, 1e-3)
    if (!(drawn <= FARTHEST_PX)) return null
    return { x: Float64Array.from(placed, (p) => p[0]), y: Float64Array.from(placed, (p) => p[1]), width: drawn }
}

/**
 * The matrix, row by row, and the centre's place on the canvas, as fabric.js composes them in `calcOwnMatrix`.
 *
 * @param {FabricObject} item
 * @param {number[]} scale
 * @param {number[]} size
 * @param {Point} centre
 */
function placement(item, scale, size, centre) {
    const [angle, skewX, skewY] = ["angle", "skewX", "skewY"].map((name) => (Number(item[name] ?? 0) * Math.PI) / 180)
    const turn = [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)]
    const scaled = [item.flipX ? -scale[0] : scale[0], 0, 0, item.flipY ? -scale[1] : scale[1]]
    const shape = product([1, Math.tan(skewX), 0, 1], [1, 0, Math.tan(skewY), 1])
    const matrix = product(product(turn, scaled), shape)
    if (!("left" in item) || !("top" in item)) return { matrix, shift: centre }
    const share = [ORIGIN_SHARE[item.originX ?? "left"], ORIGIN_SHARE[item.originY ?? "top"]]
    const [ox, oy] = [0, 1].map((axis) => (0.5 - share[axis]) * size[axis] * scale[axis])
    return {
        matrix,
        shift: [Number(item.left) + turn[0] * ox + turn[1] * oy, Number(item.top) + turn[2] * ox + turn[3] * oy],
    }
}

/**
 * The product of two 2 x 2 matrices, each row by row.
 *
 * @param {number[]} a
 * @param {number[]} b
 */
function product(a, b) {
    return [a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3]]
}

/**
 * Points on the path, and the corners of its box: curves by their extremes. null where it cannot be read.
 *
 * @param {Command[] | undefined} path
 */
function flatten(path) {
    if (!Array.isArray(path)) return null
    /** @type {Point[]} */
    const points = []
    /** @type {Point[]} */
    const box = []
    /** @type {Point} */
    let start = [0, 0]
    /** @type {Point} */
    let here = [0, 0]
    for (const [name, ...numbers] of path) {
        /** @type {Point[]} */
        let values = []
        for (let i = 0; i < numbers.length; i += 2) values.push([Number(numbers[i]), Number(numbers[i + 1])])
        if (name === "Z" || name === "z") values = [start]
        else if (!values.length) return null
        const end = values[values.length - 1]
        if (name === "M" || name === "L" || name === "Z" || name === "z") {
            if (name === "M") start = end
            points.push(end)
        } else if (name === "Q" || name === "C") {
            const control = [here, ...values]
            points.push(...PIECE_ENDS.map((t) => bezier(control, t)))
            box.push(...turningPoints(control).map((t) => bezier(control, t)))
        } else return null
        here = end
        box.push(here)
    }
    const xs = box.map((p) => p[0])
    const ys = box.map((p) => p[1])
    return { points, low: [Math.min(...xs), Math.min(...ys)], high: [Math.max(...xs), Math.max(...ys)] }
}

/**
 * The point of a quadratic or cubic Bézier curve at the parameter t, by de Casteljau's construction.
 *
 * @param {Point[]} control
 * @param {number} t
 * @returns {Point}
 */
function bezier(control, t) {
    let level = control
    while (level.length > 1) {
        const before = level
        level = before.slice(1).map(([x, y], i) => [before[i][0] * (1 - t) + x * t, before[i][1] * (1 - t) + y * t])
    }
    return level[0]
}

/**
 * Parameters in (0, 1) at which the curve turns back in x or y.
 *
 * @param {Point[]} control
 */
function turningPoints(control) {
    const step = control.slice(1).map(([x, y], i) => [x - control[i][0], y - control[i][1]])
    /** @type {number[]} */
    const roots = []
    for (const axis of [0, 1]) {
        const [first, second, third] = step.map((one) => one[axis])
        if (step.length === 2) {
            if (first !== second) roots.push(first / (first - second))
        } else roots.push(...quadraticRoots(first - 2 * second + third, 2 * (second - first), first))
    }
    return roots.filter((t) => 0 < t && t < 1)
}

/**
 * The real roots of a x² + b x + c.
 *
 * @param {number} a
 * @param {number} b
 * @param {number} c
 */
function quadraticRoots(a, b, c) {
    if (a === 0) return b === 0 ? [] : [-c / b]
    const discriminant = b * b - 4 * a * c
    if (discriminant < 0) return []
    return [1, -1].map((sign) => (-b + sign * Math.sqrt(discriminant)) / (2 * a))
}
