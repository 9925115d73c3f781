/** The view of a board that shows the 28 x 28 image of one of its digits. */

import { roundHalfEven } from "./array.js"
import { swap } from "./places.js"

const SIZE = 28

/**
 * @param {Element | ShadowRoot} root
 * @param {{hides: string, place: number}} page Key of the container with the server's image, in whose place this one
 *     is shown, and which of several digits is in hand.
 * @returns {(shown: import("./live.js").Shown) => void}
 */
export function showImage(root, page) {
    const place = /** @type {HTMLElement} */ (root.querySelector(".live"))
    return (shown) => {
        const answers = shown.kind === "reading" ? shown.reading.answers : []
        swap(root, page.hides, shown.kind !== "server")
        if (!answers.length) {
            place.innerHTML = ""
            return
        }
        if (!place.querySelector("canvas")) {
            place.innerHTML =
                '<b style="display:block;margin-bottom:1rem">What the network sees</b>' +
                '<canvas class="pixels" role="img" aria-label="the 28 by 28 image that the network sees" width="28" ' +
                'height="28" style="width:252px;max-width:100%;border-radius:6px"></canvas>'
        }
        const canvas = /** @type {HTMLCanvasElement} */ (place.querySelector("canvas"))
        paintImage(canvas, (answers[page.place] ?? answers[answers.length - 1]).image)
    }
}

/**
 * @param {HTMLCanvasElement} canvas Of 28 x 28 pixels.
 * @param {Float32Array} image (28, 28) in [0, 1].
 */
export function paintImage(canvas, image) {
    const pixels = new ImageData(SIZE, SIZE)
    image.forEach((value, i) => {
        const grey = roundHalfEven(Math.fround(255 * value))
        pixels.data.set([grey, grey, grey, 255], 4 * i)
    })
    canvas.getContext("2d")?.putImageData(pixels, 0, 0)
}
