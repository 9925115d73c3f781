/** Images that are hard to read, side by side: which of them a run reads right by now, and since when. */

import { streak } from "./readings.js"
import { CAPTION, showText } from "./texts.js"

/** @typedef {{key: string, image: string, label: number}} Hard */

const STYLE = `
    .hard { display: grid; grid-template-columns: repeat(auto-fill, minmax(78px, 1fr)); gap: 8px; margin-top: .4rem }
    .hard figure { margin: 0; font-size: .75rem; line-height: 1.3; text-align: center }
    .hard img { width: 100%; display: block; border-radius: 6px; image-rendering: pixelated; border: 3px solid gray }
    .hard [data-right="true"] img { border-color: #2a9d6f }
    .hard [data-right="false"] img { border-color: #c8553d }
`

/**
 * @param {HTMLElement} place
 * @param {Hard[]} images
 * @returns {(run: import("./watched_run.js").Seen) => void}
 */
export function hardImages(place, images) {
    const figures = images.map(
        ({ image, label }) =>
            `<figure><img class="pixels" src="${image}" alt="a ${label}"><figcaption></figcaption></figure>`,
    )
    place.innerHTML = `<style>${STYLE}</style><div class="said" style="${CAPTION}"></div><div class="hard">${figures.join("")}</div>`
    const shown = [...place.querySelectorAll("figure")]
    return ({ readings }) => {
        let right = 0
        let seen = 0
        images.forEach(({ key, label }, i) => {
            const looks = readings.of(key)
            const caption = /** @type {HTMLElement} */ (shown[i].querySelector("figcaption"))
            if (!looks.length) {
                showText(caption, `a ${label}`)
                return
            }
            seen++
            const { digit, since } = streak(looks)
            if (digit === label) right++
            shown[i].dataset.right = String(digit === label)
            const step = since.toLocaleString("en")
            showText(caption, digit === label ? `**${digit}** since step ${step}` : `a ${label}, read as **${digit}**`)
        })
        const words = seen
            ? `**${right} of ${images.length}** are read right now.`
            : "The network has not looked at them yet."
        showText(/** @type {HTMLElement} */ (place.querySelector(".said")), words)
    }
}
