/** Lists of the runs that are under way: a few quiet lines, or a bar for each. */

import { Feed } from "./feed.js"
import { CAPTION } from "./texts.js"

/** @typedef {{run: string, title: string, status: string, progress: number}} Line As ui.live.queue has it. */

/**
 * What a page says of a list.
 *
 * @typedef {object} List
 * @property {boolean} bars Or lines.
 * @property {number} most How many runs it shows.
 * @property {string} none What is said where nothing is under way.
 */

/** Milliseconds from one question to the next, while something is under way and while nothing is. */
const SOON = 2000
const LATER = 10_000

const STYLE = `
    .running { display: grid; gap: 1rem }
    .running .track { height: .5rem; border-radius: .25rem; margin: .35rem 0 .5rem;
        background: color-mix(in srgb, currentColor 8%, transparent) }
    .running .done { height: 100%; border-radius: .25rem; background: var(--st-primary-color); transition: width .3s }
    .running button { all: unset; cursor: pointer; color: var(--st-link-color, var(--st-primary-color)) }
    .running button:hover, .running button:focus-visible { text-decoration: underline }
    .running .line::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .5em;
        border: 2px solid currentColor; border-right-color: transparent; border-radius: 50% }
`

/**
 * @param {HTMLElement} place
 * @param {List} list
 * @param {(name: string, value: string) => void} tell Called with "watch" and a run's id.
 */
export function watchRunning(place, { bars, most, none }, tell) {
    place.innerHTML = `<style>${STYLE}</style><div class="running" style="${bars ? "" : CAPTION}"></div>`
    const inside = /** @type {HTMLElement} */ (place.querySelector(".running"))
    /** @type {Map<string, {element: HTMLElement, update: (line: Line) => void}>} */
    const shown = new Map()

    const nothing = document.createElement("div")
    nothing.textContent = none
    nothing.style.cssText = CAPTION

    /** @param {{runs: Line[]}} answer */
    function take({ runs }) {
        for (const [run, { element }] of shown) {
            if (runs.some((line) => line.run === run)) continue
            element.remove()
            shown.delete(run)
        }
        for (const line of runs) {
            const entry = shown.get(line.run) ?? (bars ? bar(line.run, tell) : quiet())
            entry.update(line)
            shown.set(line.run, entry)
        }
        const elements = runs.map(({ run }) => /** @type {HTMLElement} */ (shown.get(run)?.element))
        if (!runs.length && none) elements.push(nothing)
        if (elements.length !== inside.childElementCount || elements.some((one, i) => one !== inside.children[i])) {
            inside.replaceChildren(...elements)
        }
        return runs.length ? SOON : LATER
    }
    const feed = new Feed(
        () => `live/runs?most=${most}`,
        take,
        () => {},
    )
    feed.go()
    return { turn: () => feed.go(), leave: () => feed.end() }
}

function quiet() {
    const element = document.createElement("div")
    element.className = "line"
    const update = (/** @type {Line} */ { title, status }) => {
        element.textContent = `${title}: ${status}`
    }
    return { element, update }
}

/**
 * @param {string} run
 * @param {(name: string, value: string) => void} tell
 */
function bar(run, tell) {
    const element = document.createElement("div")
    element.innerHTML =
        '<div class="status"></div><div class="track"><div class="done"></div></div><button type="button">Watch it</button>'
    const of = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (element.querySelector(selector))
    of("button").onclick = () => tell("watch", run)
    const update = (/** @type {Line} */ { title, status, progress }) => {
        of(".status").textContent = `${title}: ${status}`
        of(".done").style.width = `${100 * progress}%`
    }
    return { element, update }
}
