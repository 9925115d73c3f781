/** From the numbers of an axis to places on a line, and the round numbers that are written beside it. */

/** @typedef {import("./training_figure.js").Axis} Axis */

/**
 * @typedef {object} Scale
 * @property {number[]} ticks
 * @property {(value: number) => number} at From 0, the lowest, to 1, the highest value of the axis.
 */

const TICKS = 5

/**
 * @param {Axis} axis
 * @param {number[]} values All that is to be seen on it.
 * @returns {Scale}
 */
export function scaleOf(axis, values) {
    return axis.logarithmic ? logarithmic(axis, values) : linear(axis, values)
}

/**
 * @param {Axis} axis
 * @param {number[]} values
 * @returns {Scale}
 */
function linear({ min, max }, values) {
    let lowest = min ?? values.reduce((a, b) => Math.min(a, b), max ?? Infinity)
    let highest = max ?? values.reduce((a, b) => Math.max(a, b), lowest)
    if (highest <= lowest && max === null) highest = lowest + 1
    else if (highest <= lowest) lowest = highest - Math.abs(highest) / 2
    const step = round((highest - lowest) / TICKS)
    const from = min ?? Math.floor(lowest / step + 1e-9) * step
    const to = max ?? Math.ceil(highest / step - 1e-9) * step
    const ticks = [from]
    for (let i = Math.floor(from / step + 1e-9) + 1; i * step < to - step * 1e-6; i++) ticks.push(i * step)
    return { ticks: [...ticks, to].map(exact), at: (value) => (value - from) / (to - from) }
}

/**
 * @param {Axis} axis
 * @param {number[]} values
 * @returns {Scale}
 */
function logarithmic({ min, max }, values) {
    const powers = values.filter((value) => value > 0).map(Math.log10)
    const lowest = min === null ? powers.reduce((a, b) => Math.min(a, b), Infinity) : Math.log10(min)
    const highest = max === null ? powers.reduce((a, b) => Math.max(a, b), -Infinity) : Math.log10(max)
    const from = Number.isFinite(lowest) ? Math.floor(lowest + 1e-9) : -1
    const end = Number.isFinite(highest) ? highest : 0
    const to = max === null ? Math.max(Math.ceil(end - 1e-9), from + 1) : end
    const step = Math.max(1, Math.ceil((to - from) / TICKS))
    const ticks = []
    for (let power = from; power <= to + 1e-9; power += step) ticks.push(10 ** power)
    return { ticks: ticks.map(exact), at: (value) => (Math.log10(value) - from) / (to - from) }
}

/**
 * The round number, 1, 2, 3 or 5 times a power of ten, that is nearest.
 *
 * @param {number} value
 */
function round(value) {
    const power = 10 ** Math.floor(Math.log10(value))
    const share = value / power
    const nice = share < 1.5 ? 1 : share < 2.5 ? 2 : share < 4 ? 3 : share < 7 ? 5 : 10
    return nice * power
}

/**
 * Without what adding up tenths leaves behind.
 *
 * @param {number} value
 */
function exact(value) {
    return Number(value.toPrecision(12))
}
