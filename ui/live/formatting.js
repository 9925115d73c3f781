/** How sure a network is, in writing. Twin of mnist_core.formatting. */

/**
 * A probability in per cent: one near certainty with two decimals, or as over 99.99%.
 *
 * @param {number} share
 */
export function certainty(share) {
    for (const places of [1, 2]) {
        const text = percent(share, places)
        if (!text.startsWith("100")) return text
    }
    return "over 99.99%"
}

/**
 * A share in per cent, with so many decimals.
 *
 * @param {number} share
 * @param {number} decimals
 */
export function percent(share, decimals) {
    return `${(share * 100).toFixed(decimals)}%`
}

/**
 * A text from outside, such as a name in a network's file, as HTML that shows it as it is.
 *
 * @param {string} text
 */
export function escapeHtml(text) {
    return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
}
