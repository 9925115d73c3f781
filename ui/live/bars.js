/** The ten probabilities as bars in the digits' colours. Twin of ui.shared.panels.bars_html. */

import { certainty } from "./formatting.js"
import { ranking } from "./reading.js"

/**
 * @param {number[]} probabilities
 * @param {string[]} colours Of the ten digits.
 */
export function barsHtml(probabilities, colours) {
    const [first, second] = ranking(probabilities)
    const rows = probabilities.map((probability, digit) => {
        const width = Math.max(probability * 100, 0.3).toFixed(2)
        return (
            `<div style="display:flex;align-items:center;gap:.5rem;font-weight:${digit === first ? 700 : 400}" ` +
            `data-digit="${digit}"><span style="width:1ch">${digit}</span>` +
            '<span style="flex:1;background:color-mix(in srgb, currentColor 9%, transparent);border-radius:4px">' +
            `<span style="display:block;height:1.05rem;border-radius:4px;background:${colours[digit]};` +
            `width:${width}%"></span></span>` +
            '<span style="width:4.1em;text-align:right;font-variant-numeric:tabular-nums">' +
            `${certainty(probability).replace("over ", "&gt;")}</span></div>`
        )
    })
    const [sure, less] = [first, second].map((digit) => `${digit}: ${certainty(probabilities[digit])}`)
    const label = `class="bars" role="img" aria-label="${sure}, ${less}"`
    return `<div ${label} style="display:grid;gap:.24rem">${rows.join("")}</div>`
}
