/** Several digits on one board, told apart before each is read. Twin of mnist_core.drawing.segmentation and gap_groups. */

import { least, most } from "./array.js"
import { DrawingError } from "./errors.js"
import { fromStrokes, MOST_PARTS, withoutStray } from "./preprocess.js"
import { Pieces, regroup } from "./regrouping.js"
import { clean, gap, OUTLINE, outline } from "./strokes.js"

/** @typedef {import("./regrouping.js").Memory} Memory */
/** @typedef {import("./strokes.js").Stroke} Stroke */

const TALL = 0.5
const TOUCH = 0.08
const OVERLAP = 0.5
const ROW = 1 / 3
const OPEN = 0.15
const LEVEL = 0.05
const LOWER = 0.12
const LAST = OUTLINE / 16
const ASIDE = 0.12

/**
 * The images of the digits that were drawn, in reading order, as `fromStrokes` makes them.
 *
 * Marks too small to be a digit are left out where a digit remains.
 *
 * @param {Stroke[]} strokes
 * @param {import("./regrouping.js").Judge} judge Decides which strokes belong together where gaps do not tell.
 * @param {Memory} memory Of what it has said of the same strokes.
 * @returns {Float32Array[]}
 * @throws {DrawingError} none of them is a digit.
 */
export function digitsOfStrokes(strokes, judge, memory) {
    const groups = splitStrokes(strokes, judge, memory)
    const parts = groups.length > 1 ? groups : [strokes]
    const images = []
    let refused = null
    for (const part of parts) {
        try {
            images.push(fromStrokes(part))
        } catch (error) {
            if (!(error instanceof DrawingError)) throw error
            refused ??= error
        }
    }
    if (refused && !images.length) throw refused
    return images
}

/**
 * The strokes of each digit, digits in reading order, strokes in the order they were drawn; stray dots dropped.
 *
 * @param {Stroke[]} drawn
 * @param {import("./regrouping.js").Judge} judge
 * @param {Memory} memory
 */
export function splitStrokes(drawn, judge, memory) {
    const strokes = withoutStray(clean(drawn))
    const lines = strokes.map(outline)
    const byGaps = withOpenFours(
        lines,
        gather(
            lines,
            lines.map((_, i) => i),
        ),
    )
    const groups = strokes.length > 1 ? regroup(new Pieces(strokes, judge, memory), byGaps) : byGaps
    return groups.map((group) => group.map((i) => strokes[i]))
}

/**
 * The same groups, a corner and the stem beside it made one.
 *
 * @param {Stroke[]} lines
 * @param {number[][]} groups
 */
function withOpenFours(lines, groups) {
    /** @type {number[][]} */
    const joined = []
    for (const group of groups) {
        const before = joined[joined.length - 1]
        if (before?.length === 1 && group.length === 1 && isOpenFour(lines[before[0]], lines[group[0]])) {
            joined[joined.length - 1] = [...before, ...group].sort((a, b) => a - b)
        } else joined.push(group)
    }
    return joined
}

/**
 * Whether the first line ends in a bar that points at the second, and the second stands lower: a 4 left open.
 *
 * @param {Stroke} corner
 * @param {Stroke} stem
 */
function isOpenFour(corner, stem) {
    const top = least(corner.y)
    const foot = most(corner.y)
    const stemTop = least(stem.y)
    const stemFoot = most(stem.y)
    const height = stemFoot - top
    const [endX, endY] = [corner.x[OUTLINE - 1], corner.y[OUTLINE - 1]]
    const right = endX - corner.x[OUTLINE - LAST]
    const down = endY - corner.y[OUTLINE - LAST]
    let beside = 0
    stem.y.forEach((y, i) => {
        if (Math.abs(y - endY) < Math.abs(stem.y[beside] - endY)) beside = i
    })
    return (
        Math.min(stemTop - top, stemFoot - foot) > LOWER * height &&
        2 * Math.abs(down) < right &&
        foot - endY < LEVEL * height &&
        stem.x[beside] - endX < OPEN * height
    )
}

/**
 * The parts of each digit, digits in reading order.
 *
 * @param {Stroke[]} lines
 * @param {number[]} parts Indices of those lines that are to be gathered, ascending.
 * @returns {number[][]} Indices into `lines`.
 */
function gather(lines, parts) {
    if (!parts.length) return []
    if (parts.length > MOST_PARTS) return [parts]
    const boxes = lines.map(({ x, y }) => ({ left: least(x), right: most(x), top: least(y), bottom: most(y) }))
    const tallness = (/** @type {number} */ i) => boxes[i].bottom - boxes[i].top
    const height = Math.max(...parts.map(tallness))
    const shared = (/** @type {number} */ i, /** @type {number} */ j) =>
        Math.min(boxes[i].right, boxes[j].right) - Math.max(boxes[i].left, boxes[j].left)

    const trunks = parts.filter((i) => tallness(i) >= TALL * height)
    const group = lines.map((_, i) => i)
    trunks.forEach((i, place) => {
        for (const j of trunks.slice(place + 1)) {
            const empty = Math.max(boxes[i].top, boxes[j].top) - Math.min(boxes[i].bottom, boxes[j].bottom)
            if (group[i] === group[j] || shared(i, j) < -TOUCH * height || empty > ROW * height) continue
            const widths = [i, j].map((one) => boxes[one].right - boxes[one].left)
            const overlaps = shared(i, j) >= OVERLAP * Math.max(Math.min(...widths), 1e-9)
            if (overlaps || gap(lines[i], lines[j]) < TOUCH * height) {
                const [from, to] = [group[j], group[i]]
                group.forEach((name, one) => {
                    if (name === from) group[one] = to
                })
            }
        }
    })
    /** @type {number[]} */
    const alone = []
    for (const i of parts.filter((one) => tallness(one) < TALL * height)) {
        /** @type {number | null} */
        let near = null
        let nearest = Infinity
        for (const j of trunks.filter((one) => shared(i, one) >= -ASIDE * height)) {
            const distance = gap(lines[i], lines[j])
            if (distance < nearest) [near, nearest] = [j, distance]
        }
        if (near === null) alone.push(i)
        else group[i] = group[near]
    }
    const gathered = gather(lines, alone)
    const names = [...new Set(trunks.map((i) => group[i]))].sort((a, b) => a - b)
    for (const name of names) gathered.push(parts.filter((i) => group[i] === name))
    return inReadingOrder(gathered, boxes, ROW * height)
}

/**
 * The digits row by row, and in each from left to right.
 *
 * @param {number[][]} digits
 * @param {{left: number, top: number, bottom: number}[]} boxes
 * @param {number} leading The empty height between two rows.
 */
function inReadingOrder(digits, boxes, leading) {
    const top = (/** @type {number[]} */ digit) => Math.min(...digit.map((i) => boxes[i].top))
    const left = (/** @type {number[]} */ digit) => Math.min(...digit.map((i) => boxes[i].left))
    /** @type {number[][][]} */
    const rows = []
    let foot = -Infinity
    for (const digit of [...digits].sort((a, b) => top(a) - top(b))) {
        if (top(digit) - foot > leading) rows.push([])
        rows[rows.length - 1].push(digit)
        foot = Math.max(foot, ...digit.map((i) => boxes[i].bottom))
    }
    return rows.flatMap((row) => row.sort((a, b) => left(a) - left(b)))
}
