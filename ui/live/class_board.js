/** The board of a class: a tile for each seat, to sort, to enlarge and to pin side by side. */

import { tileOf } from "./class_tile.js"
import { Feed } from "./feed.js"

/** @typedef {import("./class_tile.js").Tile} Tile */

/** Milliseconds from one question to the next. */
const EVERY = 400

/** How tiles can be sorted: never by accuracy or speed. @type {Record<string, (a: Tile, b: Tile) => number>} */
const ORDERS = {
    "who joined first": (a, b) => a.place - b.place,
    name: (a, b) => a.name.localeCompare(b.name),
    page: (a, b) => where(a).localeCompare(where(b)) || a.place - b.place,
    "digit read last": (a, b) => digit(a) - digit(b) || a.place - b.place,
}

const STYLE = `
    .board { font-family: var(--st-font); color: var(--st-text-color) }
    .board .bar { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; font-size: .9rem;
        margin-bottom: .6rem }
    .board .bar:empty { display: none }
    .board select, .board button { font: inherit; color: inherit; background: var(--st-background-color);
        border: 1px solid var(--st-border-color); border-radius: .4rem; padding: .2rem .5rem; cursor: pointer }
    .board button:hover, .board button:focus-visible { border-color: var(--st-primary-color);
        color: var(--st-primary-color) }
    .board button:disabled { opacity: .35; cursor: default }
    .board .tiles { display: grid; gap: .6rem; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)) }
    .board .pinned { margin-bottom: .8rem; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)) }
    .board .pinned:empty { display: none }
    .board .tile { border: 1px solid var(--st-border-color); border-radius: .5rem; padding: .5rem .6rem;
        display: grid; gap: .3rem; align-content: start; grid-auto-rows: min-content; min-width: 0 }
    .board .pinned .tile { border: 2px solid var(--st-primary-color) }
    .board .name { font-weight: 700; overflow-wrap: anywhere; line-height: 1.2 }
    .board .where, .board .status { font-size: .8rem; opacity: .75; line-height: 1.2; min-height: 1.2em }
    .board .made { display: flex; gap: .6rem; align-items: center; min-height: 3.25rem }
    .board .made img { width: 3.25rem; height: 3.25rem; image-rendering: pixelated; background: #000;
        border-radius: .3rem; flex: none }
    .board .pinned .made img, .board dialog .made img { width: 5.5rem; height: 5.5rem }
    .board .read { font-size: 1.5rem; font-weight: 700; line-height: 1 }
    .board .sure { font-size: .75rem; opacity: .75 }
    .board svg { width: 100%; height: 2.4rem; display: block; overflow: visible }
    .board svg:empty, .board .made:has(img[hidden]) { display: none }
    .board .pinned svg { height: 4rem }
    .board dialog { width: min(46rem, 92vw); border: 1px solid var(--st-border-color); border-radius: .6rem;
        color: inherit; background: var(--st-background-color); font-size: 1.25rem; padding: 1rem 1.2rem }
    .board dialog::backdrop { background: #0008 }
    .board dialog .tile { border: 0; padding: 0 }
    .board dialog svg { height: 12rem }
    .board dialog .made img { width: 10rem; height: 10rem }
    .board .actions { display: flex; flex-wrap: wrap; gap: .3rem; font-size: .8rem }
    .board .nothing { opacity: .75 }
`

/**
 * @param {HTMLElement} place
 * @param {boolean} leads Whether the teacher pins and hides names here.
 * @param {(name: string, value: any) => void} tell Called with "pinned" and seats, or "hidden" and whether names are.
 */
export function classBoard(place, leads, tell) {
    place.innerHTML =
        `<style>${STYLE}</style><div class="board"><div class="bar"></div><div class="tiles pinned"></div>` +
        '<div class="tiles all"></div><div class="nothing"></div><dialog></dialog></div>'
    const of = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (place.querySelector(selector))
    const dialog = /** @type {HTMLDialogElement} */ (place.querySelector("dialog"))
    /** @type {{tiles: Tile[], pinned: string[], hidden: boolean}} */
    let seen = { tiles: [], pinned: [], hidden: false }
    let order = "who joined first"
    let large = ""
    /** @type {Map<string, {element: HTMLElement, update: (tile: Tile) => void}>} */
    const shown = new Map()

    const hide = document.createElement("button")
    if (leads) {
        const sort = document.createElement("select")
        sort.setAttribute("aria-label", "Sort by")
        for (const name of Object.keys(ORDERS)) sort.add(new Option(name, name))
        sort.onchange = () => {
            order = sort.value
            draw()
        }
        const label = document.createElement("label")
        label.append("Sort by ", sort)
        hide.onclick = () => tell("hidden", !seen.hidden)
        of(".bar").append(label, hide)
    }
    const alone = tileOf()
    const close = document.createElement("button")
    close.textContent = "Close"
    close.onclick = () => dialog.close()
    dialog.setAttribute("aria-label", "One seat, enlarged")
    dialog.append(alone.element, close)
    dialog.onclose = () => {
        large = ""
    }
    dialog.onclick = (event) => {
        if (event.target === dialog) dialog.close()
    }

    /** @param {string[]} pinned */
    function pin(pinned) {
        seen = { ...seen, pinned }
        draw()
        tell("pinned", pinned)
    }

    /** @param {Tile} tile @param {boolean} pinned */
    function actions({ seat }, pinned) {
        const row = document.createElement("div")
        row.className = "actions"
        const add = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ act) => {
            const button = document.createElement("button")
            button.type = "button"
            button.textContent = text
            button.title = title
            button.onclick = act
            row.append(button)
            return button
        }
        add("Enlarge", "Show this seat alone, and large", () => enlarge(seat))
        if (!leads) return row
        const at = seen.pinned.indexOf(seat)
        if (!pinned) {
            const button = add("Pin", "Show this seat above, side by side with others", () =>
                pin([...seen.pinned, seat]),
            )
            button.disabled = seen.pinned.length >= 6
            return row
        }
        const without = seen.pinned.filter((one) => one !== seat)
        const moveTo = (/** @type {number} */ to) => pin([...without.slice(0, to), seat, ...without.slice(to)])
        add("◀", "Move to the left", () => moveTo(at - 1)).disabled = at === 0
        add("▶", "Move to the right", () => moveTo(at + 1)).disabled = at === without.length
        add("Unpin", "Put it back among the others", () => pin(without))
        return row
    }

    /** @param {string} seat */
    function enlarge(seat) {
        large = seat
        draw()
        dialog.showModal()
    }

    /** @param {Tile} tile @param {boolean} pinned */
    function entry(tile, pinned) {
        const key = `${pinned ? `pinned ${seen.pinned}` : `all ${seen.pinned.length >= 6}`} ${tile.seat}`
        let known = shown.get(key)
        if (!known) {
            known = tileOf()
            known.element.append(actions(tile, pinned))
            shown.set(key, known)
        }
        known.update(tile)
        return { key, element: known.element }
    }

    function draw() {
        const bySeat = new Map(seen.tiles.map((tile) => [tile.seat, tile]))
        const pinned = seen.pinned.flatMap((seat) => bySeat.get(seat) ?? []).map((tile) => entry(tile, true))
        const others = seen.tiles.filter(({ seat }) => !seen.pinned.includes(seat)).sort(ORDERS[order])
        const rest = others.map((tile) => entry(tile, false))
        const used = new Set([...pinned, ...rest].map(({ key }) => key))
        for (const key of shown.keys()) if (!used.has(key)) shown.delete(key)
        arrange(of(".pinned"), pinned)
        arrange(of(".all"), rest)
        of(".nothing").textContent = seen.tiles.length ? "" : "Nobody has joined yet."
        hide.textContent = seen.hidden ? "Show names" : "Hide names"
        const tile = bySeat.get(large)
        if (tile) alone.update(tile)
    }

    const feed = new Feed(
        () => "live/class/board",
        (answer) => {
            seen = answer
            draw()
            return EVERY
        },
        (problem) => {
            if (problem) of(".nothing").textContent = problem
        },
    )
    feed.go()
    return { turn: () => feed.go(), leave: () => feed.end() }
}

/** @param {HTMLElement} place @param {{element: HTMLElement}[]} entries */
function arrange(place, entries) {
    const elements = entries.map(({ element }) => element)
    if (elements.length === place.childElementCount && elements.every((one, i) => one === place.children[i])) return
    place.replaceChildren(...elements)
}

/** @param {Tile} tile */
function where({ page, lesson }) {
    return `${lesson} ${page}`
}

/** @param {Tile} tile */
function digit({ drawing }) {
    return drawing?.read ?? 10
}
