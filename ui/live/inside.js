/** The view of a board beside a network's layers: the image, the digit and the bars. Twin of ui.shared.panels.read_digit_html. */

import { barsHtml } from "./bars.js"
import { certainty, escapeHtml } from "./formatting.js"
import { paintImage } from "./image.js"
import { occupy, swap } from "./places.js"
import { ranking } from "./reading.js"

/**
 * It is shown while the server does not know the drawing yet, and is as high as the server's view: the board below must
 * not move under the pen.
 *
 * @param {Element | ShadowRoot} root
 * @param {{hides: string, colours: string[]}} page Key of the container with the server's view, in whose place this one
 *     is shown, and the colours of the ten digits.
 * @returns {(shown: import("./live.js").Shown) => void}
 */
export function showInside(root, page) {
    const place = /** @type {HTMLElement} */ (root.querySelector(".live"))
    return (shown) => {
        // Nothing is shown here, so the server's view is in sight.
        if (!place.innerHTML) {
            const servers = document.querySelector(`.st-key-${page.hides}`)
            place.dataset.height = String(servers?.getBoundingClientRect().height ?? 0)
        }
        if (shown.kind === "server" && shown.problem) {
            swap(root, page.hides, false)
            occupy(root, true)
            place.innerHTML = `<p role="status" style="font-size:.85rem;opacity:.75">${escapeHtml(shown.problem)}</p>`
            return
        }
        if (shown.kind !== "reading" || shown.known || shown.reading.refusal) {
            swap(root, page.hides, false)
            place.innerHTML = ""
            return
        }
        const [{ probabilities, image }] = shown.reading.answers
        const [digit] = ranking(probabilities)
        swap(root, page.hides, true)
        place.innerHTML =
            `<div style="height:${place.dataset.height}px">` +
            '<div style="display:flex;gap:.8rem;align-items:center;margin-bottom:1rem">' +
            '<div style="position:relative;width:150px"><canvas class="pixels" role="img" aria-label="the digit under ' +
            'the pen" width="28" height="28" style="width:150px;max-width:100%;border-radius:6px"></canvas></div>' +
            '<div style="line-height:1.25"><div id="live-answer" style="font-size:3.6rem;font-weight:700;line-height:1" ' +
            `data-answer="${digit}">${digit}</div><b>${certainty(probabilities[digit])}</b> sure</div></div>` +
            `${barsHtml(probabilities, page.colours)}</div>`
        paintImage(/** @type {HTMLCanvasElement} */ (place.querySelector("canvas")), image)
    }
}
