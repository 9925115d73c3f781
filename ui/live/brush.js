/** The board's own brush: what fabric.js 7 (streamlit-drawable-canvas 0.13) makes of the pen's way, as it is drawn. */

/** @typedef {import("./fabric_paths.js").FabricObject} FabricObject */
/** @typedef {import("./fabric_paths.js").Command} Command */

/**
 * @typedef {object} Place
 * @property {number} x To the right, in canvas pixels.
 * @property {number} y Downwards.
 */

/** Points that are nearer to the one before, in canvas pixels, are left out when the pen is lifted. */
const DECIMATE = 0.4
/** Of a number in the object, as of a path's place, so many decimals are kept. */
const DECIMALS = 4

/** The stroke under the pen. Twin of fabric's PencilBrush. */
export class Brush {
    /**
     * @param {Place} start Where the pen touched down.
     * @param {number} width In canvas pixels.
     * @param {boolean} straight Whether the shift key is down.
     */
    constructor(start, width, straight) {
        this.width = width
        this.points = [start]
        this.move(start, straight)
    }

    /**
     * @param {Place} point Where the pen is now.
     * @param {boolean} straight Whether the shift key is down: the last point then moves along.
     */
    move(point, straight) {
        const { points } = this
        if (points.length > 1) {
            if (same(point, points[points.length - 1])) return
            if (straight) points.pop()
        }
        points.push(point)
    }

    /** @returns {FabricObject} The object that the board would have if the pen were lifted now. */
    toObject() {
        const path = smooth(decimate(this.points), this.width / 1000)
        const { left, top } = centreOf(path)
        return {
            type: "Path",
            path,
            strokeWidth: this.width,
            left: rounded(left),
            top: rounded(top),
            originX: "center",
            originY: "center",
        }
    }
}

/** @param {Place[]} points */
function decimate(points) {
    if (points.length <= 2) return points
    const last = points.length - 1
    let kept = points[0]
    const few = [kept]
    for (let i = 1; i < last - 1; i++) {
        if ((kept.x - points[i].x) ** 2 + (kept.y - points[i].y) ** 2 >= DECIMATE ** 2) {
            kept = points[i]
            few.push(kept)
        }
    }
    few.push(points[last])
    return few
}

/**
 * Curves from middle to middle of the pieces; fabric's getSmoothPathFromPoints.
 *
 * @param {Place[]} points
 * @param {number} overshoot How far both ends are drawn out, in pixels.
 * @returns {Command[]}
 */
function smooth(points, overshoot) {
    const [first] = points
    let before = first
    let point = points[1]
    let [across, down] =
        points.length > 2 ? [Math.sign(points[2].x - point.x), Math.sign(points[2].y - point.y)] : [1, 0]
    /** @type {Command[]} */
    const path = [["M", first.x - across * overshoot, first.y - down * overshoot]]
    for (let i = 1; i < points.length; i++) {
        if (!same(before, point)) {
            path.push([
                "Q",
                before.x,
                before.y,
                before.x + (point.x - before.x) * 0.5,
                before.y + (point.y - before.y) * 0.5,
            ])
        }
        before = points[i]
        point = points[i + 1] ?? point
    }
    if (points.length > 2) {
        const near = points[points.length - 2]
        across = Math.sign(before.x - near.x)
        down = Math.sign(before.y - near.y)
    }
    path.push(["L", before.x + across * overshoot, before.y + down * overshoot])
    return path
}

/**
 * The middle of a path's box as fabric takes it: a quadratic curve's is that of the cubic one with its control twice.
 *
 * @param {Command[]} path
 */
function centreOf(path) {
    /** @type {number[][]} */
    const [xs, ys] = [[], []]
    let [, x, y] = path[0]
    for (const [name, ...numbers] of path.slice(1)) {
        const [endX, endY] = numbers.slice(-2)
        xs.push(x, endX)
        ys.push(y, endY)
        if (name === "Q") {
            const [controlX, controlY] = numbers
            for (const t of [...turns(x, controlX, endX), ...turns(y, controlY, endY)]) {
                xs.push(cubic(x, controlX, endX, t))
                ys.push(cubic(y, controlY, endY, t))
            }
        }
        x = endX
        y = endY
    }
    const [left, top] = [Math.min(...xs), Math.min(...ys)]
    return { left: left + (Math.max(...xs) - left) / 2, top: top + (Math.max(...ys) - top) / 2 }
}

/**
 * Where the cubic curve from a over c, twice, to b turns back: t in (0, 1).
 *
 * @param {number} a
 * @param {number} c
 * @param {number} b
 */
function turns(a, c, b) {
    const square = -3 * a + 9 * c - 9 * c + 3 * b
    const linear = 6 * a - 12 * c + 6 * c
    const constant = 3 * c - 3 * a
    if (Math.abs(square) < 1e-12) return Math.abs(linear) < 1e-12 ? [] : [-constant / linear].filter(inside)
    const discriminant = linear * linear - 4 * constant * square
    if (discriminant < 0) return []
    const root = Math.sqrt(discriminant)
    return [(-linear + root) / (2 * square), (-linear - root) / (2 * square)].filter(inside)
}

/**
 * @param {number} a
 * @param {number} c
 * @param {number} b
 * @param {number} t
 */
function cubic(a, c, b, t) {
    const u = 1 - t
    return u * u * u * a + 3 * u * u * t * c + 3 * u * t * t * c + t * t * t * b
}

/** @param {number} t */
function inside(t) {
    return 0 < t && t < 1
}

/**
 * @param {Place} one
 * @param {Place} other
 */
function same(one, other) {
    return one.x === other.x && one.y === other.y
}

/** @param {number} value */
function rounded(value) {
    return Number(value.toFixed(DECIMALS))
}
