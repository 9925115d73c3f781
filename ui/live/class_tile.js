/** One seat on the board of a class: where it is, its latest run and what it expected, its latest drawing. */

import { certainty, percent } from "./formatting.js"

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {string} status
 * @property {number} progress 0 to 1.
 * @property {number[]} sparks Accuracies on the way, 0 to 1.
 * @property {number | null} accuracy
 * @property {string} on Which images it was measured on.
 * @property {number | null} expected
 */

/**
 * @typedef {object} Tile As ui.live.class_routes has it.
 * @property {string} seat
 * @property {number} place
 * @property {string} name
 * @property {string} page
 * @property {string} lesson
 * @property {string} step
 * @property {Run | null} run
 * @property {{image: string, read: number | null, sure: number, at: number} | null} drawing
 */

const HTML = `
    <div class="name"></div><div class="where"></div>
    <div class="made"><img alt="" hidden><div><div class="read"></div><div class="sure"></div></div></div>
    <svg viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true"></svg><div class="status"></div>
`

/** Return a tile's element, and what shows a seat in it. */
export function tileOf() {
    const element = document.createElement("div")
    element.className = "tile"
    element.innerHTML = HTML
    const of = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (element.querySelector(selector))
    const image = /** @type {HTMLImageElement} */ (element.querySelector("img"))
    let drawn = ""

    /** @param {Tile} tile */
    function update(tile) {
        element.dataset.seat = tile.seat
        write(of(".name"), tile.name)
        write(of(".where"), [tile.page, tile.lesson, tile.step].filter(Boolean).join(" · "))
        const { drawing, run } = tile
        if (drawing && image.src !== drawing.image) image.src = drawing.image
        image.alt = drawing ? `a drawing, read as ${drawing.read ?? "no digit"}` : ""
        image.hidden = !drawing
        write(of(".read"), drawing ? String(drawing.read ?? "?") : "")
        write(of(".sure"), drawing ? (drawing.read === null ? "no digit" : `${certainty(drawing.sure)} sure`) : "")
        const sparks = run ? sparkline(run) : ""
        if (sparks !== drawn) {
            drawn = sparks
            of("svg").innerHTML = sparks
        }
        write(of(".status"), run ? describe(run) : "")
    }
    return { element, update }
}

/**
 * Return the inside of an `svg` 100 wide and 30 high: the accuracies from 0 to 1, and a dotted line at what was expected.
 *
 * @param {Run} run
 */
export function sparkline({ sparks, expected, progress }) {
    const across = 100 * Math.max(progress, 0.02)
    const points = sparks.map((share, i) => {
        const x = sparks.length > 1 ? (across * i) / (sparks.length - 1) : across
        return `${x.toFixed(1)},${height(share)}`
    })
    const look = 'fill="none" vector-effect="non-scaling-stroke" stroke-linejoin="round"'
    const guess =
        expected === null
            ? ""
            : `<path d="M0 ${height(expected)}H100" ${look} stroke="currentColor" stroke-dasharray="2 4" opacity=".6"/>`
    const floor = `<path d="M0 30H100" ${look} stroke="currentColor" opacity=".2"/>`
    return `${floor}${guess}<polyline points="${points.join(" ")}" ${look} stroke="#3b82c4" stroke-width="2"/>`
}

/** @param {Run} run */
function describe({ status, progress, accuracy, on, expected }) {
    const parts = [status === "running" || status === "paused" ? `${status}, ${Math.floor(100 * progress)}%` : status]
    if (accuracy !== null) parts.push(`${on} ${percent(accuracy, on === "test" ? 2 : 1)}`)
    if (expected !== null) parts.push(`expected ${percent(expected, 1)}`)
    return parts.join(" · ")
}

/** @param {number} share */
function height(share) {
    return (30 * (1 - share)).toFixed(1)
}

/** @param {HTMLElement} place @param {string} text */
function write(place, text) {
    if (place.textContent !== text) place.textContent = text
}
