/** From ten logits to ten probabilities. Twin of mnist_core.model.softmax. */

/**
 * @param {ArrayLike<number>} logits
 * @returns {number[]} Adding up to 1.
 */
export function softmax(logits) {
    const largest = Math.max(...Array.from(logits))
    const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest))
    const total = exponentials.reduce((sum, one) => sum + one, 0)
    return exponentials.map((one) => one / total)
}
