/** One drawing while a run learns to read it: its ten bars over time, and as they are now. */

import { describeReadings, mostProbable } from "./readings.js"
import { CAPTION, showText } from "./texts.js"
import { thin } from "./training_figure.js"

/** @typedef {import("./readings.js").Reading} Reading */

/**
 * What the page says of a drawing.
 *
 * @typedef {object} Drawing
 * @property {string} key
 * @property {string} image The address of its picture.
 * @property {number | null} label The digit that it is, where that is known.
 * @property {string[]} colours Of the ten digits.
 * @property {number[] | null} now What the network reads, where the run has not looked at it.
 */

/** How many looks a strip shows at most. */
const FRAMES = 80

const STYLE = `
    .film { display: grid; grid-template-columns: 112px minmax(0, 1fr); gap: .4rem 1.2rem; align-items: center }
    .film img { width: 112px; max-width: 100%; border-radius: 6px; image-rendering: pixelated; display: block }
    .film .rows { display: grid; gap: .16rem; font-size: .875rem }
    .film .row { display: grid; grid-template-columns: 1ch minmax(0, 3fr) minmax(0, 2fr) 3.6em; gap: .5rem;
        align-items: center; line-height: 1 }
    .film canvas, .film .track { height: .95rem; width: 100%; border-radius: 3px; display: block; overflow: hidden;
        background: color-mix(in srgb, currentColor 9%, transparent) }
    .film canvas { image-rendering: pixelated }
    .film .bar { height: 100%; border-radius: 3px; transition: width .2s }
    .film .share { text-align: right; font-variant-numeric: tabular-nums }
    .film .said, .film .axis { grid-column: 2 }
    .film .axis { display: flex; justify-content: space-between; width: calc(60% - 3.9em); margin-left: 1.2rem }
    @media (max-width: 640px) { .film { grid-template-columns: 64px minmax(0, 1fr); gap: .4rem .8rem } }
`

/**
 * @param {HTMLElement} place
 * @param {Drawing} first
 */
export function filmStrip(place, first) {
    let drawing = first
    const rows = drawing.colours.map(
        (colour, digit) =>
            `<div class="row" data-digit="${digit}"><span>${digit}</span><canvas height="1" width="1"></canvas>` +
            `<div class="track"><div class="bar" style="background:${colour}"></div></div><span class="share"></span></div>`,
    )
    place.innerHTML =
        `<style>${STYLE}</style><div class="film"><img class="pixels" alt="the digit in hand">` +
        `<div class="rows" role="img">${rows.join("")}</div>` +
        `<div class="axis" style="${CAPTION}"><span></span><span></span></div><div class="said" style="${CAPTION}"></div></div>`
    const of = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (place.querySelector(selector))
    return {
        /** @param {Drawing} other */
        turn(other) {
            drawing = other
        },
        /** @param {import("./watched_run.js").Seen} run */
        show({ readings }) {
            const looks = readings.of(drawing.key)
            const image = /** @type {HTMLImageElement} */ (of("img"))
            if (image.src !== drawing.image) image.src = drawing.image
            const now = looks.at(-1)?.probabilities ?? drawing.now
            const shown = thin(looks, FRAMES)
            const best = now && mostProbable(now)
            drawing.colours.forEach((colour, digit) => {
                const row = of(`[data-digit="${digit}"]`)
                row.style.fontWeight = digit === best ? "700" : "400"
                paint(/** @type {HTMLCanvasElement} */ (row.querySelector("canvas")), shown, digit, colour)
                const bar = /** @type {HTMLElement} */ (row.querySelector(".bar"))
                bar.style.width = `${Math.max(100 * (now?.[digit] ?? 0), 0.3)}%`
                const share = /** @type {HTMLElement} */ (row.querySelector(".share"))
                share.textContent = now ? `${(100 * now[digit]).toFixed(1)}%` : ""
            })
            const [from, to] = place.querySelectorAll(".axis span")
            from.textContent = looks.length ? `step ${looks[0].step.toLocaleString("en")}` : ""
            to.textContent = looks.length > 1 ? /** @type {Reading} */ (looks.at(-1)).step.toLocaleString("en") : ""
            const words =
                looks.length || best === null
                    ? describeReadings(looks, drawing.label)
                    : `Read as **${best}** by this network.`
            showText(of(".said"), words)
            of(".rows").setAttribute("aria-label", words.replaceAll("**", ""))
        },
    }
}

/**
 * Paint one digit's probability over the looks, each a pixel of the canvas.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Reading[]} looks
 * @param {number} digit
 * @param {string} colour
 */
function paint(canvas, looks, digit, colour) {
    canvas.width = Math.max(looks.length, 1)
    const context = canvas.getContext("2d")
    if (!context) return
    context.fillStyle = colour
    looks.forEach(({ probabilities }, i) => {
        context.globalAlpha = probabilities[digit]
        context.fillRect(i, 0, 1, 1)
    })
}
