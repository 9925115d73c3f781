/** The chart of a run's loss or accuracy, with the sentence that says what to see in it. */

import { Chart } from "./chart.js"
import { CAPTION, showText } from "./texts.js"
import { accuracyFigure, lossFigure } from "./training_figure.js"

/**
 * What the page says of a chart.
 *
 * @typedef {object} Look
 * @property {"loss" | "accuracy"} chart
 * @property {number} height CSS pixels.
 * @property {import("./training_figure.js").Colours} colours
 * @property {number} smoothing
 * @property {boolean} logarithmic
 * @property {number | null} guess Of the test accuracy, 0 to 1.
 * @property {string} more What is said after the sentence.
 */

/**
 * @param {HTMLElement} place
 * @param {Look} first
 */
export function curves(place, first) {
    let look = first
    place.innerHTML = `<div class="chart"></div><div class="caption" style="${CAPTION}"></div>`
    const chart = new Chart(/** @type {HTMLElement} */ (place.querySelector(".chart")), look.height)
    const caption = /** @type {HTMLElement} */ (place.querySelector(".caption"))
    return {
        /** @param {Look} other */
        turn(other) {
            look = other
        },
        /** @param {import("./watched_run.js").Seen} run */
        show({ history, summary }) {
            const { colours, smoothing } = look
            const figure =
                look.chart === "loss"
                    ? lossFigure(history, colours, smoothing, look.logarithmic)
                    : accuracyFigure(history, colours, smoothing, look.guess)
            const sentence = `${summary?.[look.chart] ?? ""} ${look.more}`.trim()
            chart.show(figure, `${figure.title}. ${sentence}`)
            showText(caption, sentence)
        },
        leave: () => chart.leave(),
    }
}
