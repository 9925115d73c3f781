/** What pages show of a class: its board, and a page that is drawn anew when the teacher has changed something. */

import { classBoard } from "./class_board.js"
import { Feed } from "./feed.js"
import { tellAlone } from "./telling.js"

/**
 * What a page says of a view.
 *
 * @typedef {object} Page
 * @property {"stage" | "board"} view
 * @property {string} stage For which the page was drawn.
 * @property {string} window A name of this window.
 * @property {string} brought Where it has just been brought, if the server is to be told that this page is shown.
 * @property {boolean} leads Whether the teacher leads with this board.
 */

/** Has the page's script run. @typedef {(name: string, value: any) => void} Tell */

/** @typedef {{turn: (page: Page) => void, leave: () => void}} View */

/** Milliseconds from one question to the next; and after which the page is told again that it must be drawn anew. */
const EVERY = 1000
const AGAIN = 10000

/** @type {WeakMap<HTMLElement, View & {view: string, tell: Tell}>} */
const views = new WeakMap()

/**
 * Show a view, or tell it what is new.
 *
 * @param {HTMLElement} root
 * @param {Page} page
 * @param {Tell} tell
 */
export function show(root, page, tell) {
    const place = /** @type {HTMLElement} */ (root.querySelector(".class-view"))
    const known = views.get(place)
    if (known?.view === page.view) {
        known.tell = tell
        known.turn(page)
        return
    }
    known?.leave()
    const tellNow = (/** @type {string} */ name, /** @type {any} */ value) =>
        tellAlone(() => views.get(place)?.tell(name, value))
    const view = page.view === "board" ? classBoard(place, page.leads, tellNow) : stageView(page, tellNow)
    views.set(place, { view: page.view, tell, ...view })
}

/** @param {HTMLElement} root */
export function hide(root) {
    const place = /** @type {HTMLElement} */ (root.querySelector(".class-view"))
    views.get(place)?.leave()
    views.delete(place)
}

/**
 * @param {Page} first
 * @param {Tell} tell
 * @returns {View}
 */
function stageView(first, tell) {
    let page = first
    let told = ""
    let when = 0
    const feed = new Feed(
        () => {
            const arrived = page.brought && { window: page.window, brought: page.brought }
            return `live/class/seat?${new URLSearchParams({ stage: page.stage, ...arrived })}`
        },
        ({ stage, after }) => {
            if (stage === page.stage || (stage === told && performance.now() < when + AGAIN)) return EVERY
            if (after) return after // others are served first
            told = stage
            when = performance.now()
            tell("changed", stage)
            return EVERY
        },
        () => {},
    )
    feed.go()
    return {
        turn(other) {
            page = other
            if (page.brought) feed.go() // who goes on from here at once is not to be sent back
        },
        leave: () => feed.end(),
    }
}
