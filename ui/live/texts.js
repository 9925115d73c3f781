/** Texts as the server writes them: words between ** are bold, and everything else is as it is. */

/**
 * @param {HTMLElement} place
 * @param {string} text
 */
export function showText(place, text) {
    if (place.dataset.text === text) return
    place.dataset.text = text
    const parts = text.split("**").map((part, i) => {
        const node = document.createElement(i % 2 ? "b" : "span")
        node.textContent = part
        return node
    })
    place.replaceChildren(...parts.filter((node) => node.textContent))
}

/** The look of the pages' captions (ui/shell.py). */
export const CAPTION = "font-size:.875rem;line-height:1.6;color:color-mix(in srgb, currentColor 78%, transparent)"
