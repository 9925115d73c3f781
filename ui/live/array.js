/** The few functions of NumPy that drawings need, with NumPy's own rounding. */

/**
 * Round to the nearest whole number, a half to the even one, as Python and NumPy do.
 *
 * @param {number} value
 */
export function roundHalfEven(value) {
    const rounded = Math.round(value)
    return Math.abs(value % 1) === 0.5 && rounded % 2 ? rounded - 1 : rounded
}

/**
 * `count` numbers, evenly spaced from `start` to `stop`, both included.
 *
 * @param {number} start
 * @param {number} stop
 * @param {number} count
 */
export function linspace(start, stop, count) {
    const step = (stop - start) / (count - 1)
    const values = Float64Array.from({ length: count }, (_, i) => i * step + start)
    if (count > 1) values[count - 1] = stop
    else values[0] = start
    return values
}

/**
 * A function's values at `at`, ascending, linear between its values `to` at the places `from`, ascending.
 *
 * @param {Float64Array} at
 * @param {Float64Array} from
 * @param {Float64Array} to
 */
export function interpolate(at, from, to) {
    const last = from.length - 1
    let place = 0
    return at.map((x) => {
        if (x <= from[0]) return to[x < from[0] ? 0 : lastOf(from, x)]
        if (x >= from[last]) return to[last]
        while (from[place + 1] <= x) place++
        if (from[place] === x) return to[place]
        return ((to[place + 1] - to[place]) / (from[place + 1] - from[place])) * (x - from[place]) + to[place]
    })
}

/**
 * The last index at which an ascending array, which begins with `value`, still has it.
 *
 * @param {Float64Array} ascending
 * @param {number} value
 */
function lastOf(ascending, value) {
    let last = 0
    while (ascending[last + 1] === value) last++
    return last
}

/** @param {ArrayLike<number>} values */
export function least(values) {
    let found = Infinity
    for (let i = 0; i < values.length; i++) if (values[i] < found) found = values[i]
    return found
}

/** @param {ArrayLike<number>} values */
export function most(values) {
    let found = -Infinity
    for (let i = 0; i < values.length; i++) if (values[i] > found) found = values[i]
    return found
}
