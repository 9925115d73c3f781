/** The bends after a layer, as PyTorch computes them. */

/** @type {Record<import("./architecture.js").Architecture["activation"], (x: number) => number>} */
export const ACTIVATIONS = {
    relu: (x) => Math.max(x, 0),
    leaky_relu: (x) => (x > 0 ? x : 0.01 * x),
    gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
    tanh: Math.tanh,
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
}

/**
 * The error function, to 1.5e-7 (Abramowitz, Stegun, Handbook of Mathematical Functions, 1964, 7.1.26).
 *
 * @param {number} x
 */
function erf(x) {
    const t = 1 / (1 + 0.3275911 * Math.abs(x))
    const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    return Math.sign(x) * (1 - sum * Math.exp(-x * x))
}
