/** Where a view stands in the page: in the place of what the server shows, and without a gap where it shows nothing. */

/**
 * Show a view instead of the server's, or the server's instead of the view.
 *
 * @param {Element | ShadowRoot} root Of the view.
 * @param {string} key Of the container with what the server shows; the gap after it goes with it.
 * @param {boolean} ours Whether the view is shown.
 */
export function swap(root, key, ours) {
    const theirs = document.querySelector(`.st-key-${key}`)?.parentElement
    if (theirs) theirs.style.display = ours ? "none" : ""
    occupy(root, ours)
}

/**
 * Give a view a place in the page, or none; the style of both is in reading.py.
 *
 * @param {Element | ShadowRoot} root
 * @param {boolean} any
 */
export function occupy(root, any) {
    const container = root instanceof Element ? root.closest(".stElementContainer") : null
    if (!(container instanceof HTMLElement)) return
    container.toggleAttribute("data-placed", any)
}
