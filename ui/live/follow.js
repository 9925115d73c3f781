/** What the pages mount: views that follow a run, and lists of the runs that are under way. */

import { curves } from "./curves.js"
import { filmStrip } from "./film_strip.js"
import { hardImages } from "./hard_images.js"
import { headline } from "./headline.js"
import { watchRunning } from "./running.js"
import { tellAlone } from "./telling.js"
import { CAPTION, showText } from "./texts.js"
import { watch } from "./watched_run.js"

/** @typedef {import("./watched_run.js").Seen} Seen */

/** Milliseconds after which the page is told again that it must be drawn anew. */
const AGAIN = 5000

/**
 * What a page says of a view.
 *
 * @typedef {object} Page
 * @property {"headline" | "progress" | "chart" | "text" | "film" | "hard" | "running"} view
 * @property {string} run Its id; "" for lists.
 * @property {string} stage In which the run was when the page was drawn.
 * @property {"rate" | "verdict"} text Of a text, which one.
 * @property {import("./curves.js").Look} look Of a chart.
 * @property {import("./film_strip.js").Drawing} drawing
 * @property {import("./hard_images.js").Hard[]} images
 * @property {import("./running.js").List} list
 */

/** A view in the page. @typedef {{turn: (page: Page) => void, leave: () => void}} View */

/** Has the page's script run. @typedef {(name: string, value: string) => void} Tell */

/** @type {WeakMap<HTMLElement, View & {shows: string, tell: Tell}>} */
const views = new WeakMap()

/**
 * Show a view, or tell it what is new.
 *
 * @param {HTMLElement} root
 * @param {Page} page
 * @param {Tell} tell
 */
export function show(root, page, tell) {
    const place = /** @type {HTMLElement} */ (root.querySelector(".live"))
    const known = views.get(place)
    const shows = `${page.run} ${page.drawing?.key ?? ""}`
    if (known?.shows === shows) {
        known.tell = tell
        known.turn(page)
        return
    }
    known?.leave()
    const tellNow = (/** @type {string} */ name, /** @type {string} */ value) =>
        tellAlone(() => views.get(place)?.tell(name, value))
    views.set(place, { shows, tell, ...MAKERS[page.view](place, page, tellNow) })
}

/** @param {HTMLElement} root */
export function hide(root) {
    const place = /** @type {HTMLElement} */ (root.querySelector(".live"))
    views.get(place)?.leave()
    views.delete(place)
}

/** @type {Record<Page["view"], (place: HTMLElement, page: Page, tell: Tell) => View>} */
const MAKERS = {
    headline: (place, page, tell) => headlineView(place, page, tell, true),
    progress: (place, page, tell) => headlineView(place, page, tell, false),
    chart(place, page) {
        const chart = curves(place, page.look)
        const view = followed(page, chart.show, (other) => chart.turn(other.look))
        const leave = () => {
            view.leave()
            chart.leave()
        }
        return { turn: view.turn, leave }
    },
    text(place, page) {
        place.style.cssText += CAPTION
        return followed(
            page,
            ({ summary }) => showText(place, summary?.[page.text] ?? ""),
            () => {},
        )
    },
    film(place, page) {
        const strip = filmStrip(place, page.drawing)
        return followed(page, strip.show, (other) => strip.turn(other.drawing), [page.drawing.key])
    },
    hard(place, { run, images }) {
        const { again, leave } = watch(
            run,
            hardImages(place, images),
            images.map(({ key }) => key),
        )
        return { turn: again, leave }
    },
    running: (place, page, tell) => watchRunning(place, page.list, tell),
}

/**
 * A headline, which also has the script run when the run's stage is another one than the page was drawn with.
 *
 * @param {HTMLElement} place
 * @param {Page} first
 * @param {Tell} tell
 * @param {boolean} whole
 * @returns {View}
 */
function headlineView(place, first, tell, whole) {
    let page = first
    let reported = ""
    let when = 0
    const show = headline(place, whole)
    const seen = (/** @type {Seen} */ run) => {
        show(run)
        const stage = run.summary?.stage ?? page.stage
        if (stage === page.stage || (stage === reported && performance.now() < when + AGAIN)) return
        reported = stage
        when = performance.now()
        tell("changed", stage)
    }
    return followed(page, seen, (other) => {
        page = other
    })
}

/**
 * @param {Page} page
 * @param {(run: Seen) => void} show
 * @param {(page: Page) => void} turn
 * @param {string[]} drawings
 * @returns {View}
 */
function followed(page, show, turn, drawings = []) {
    const { again, leave } = watch(page.run, show, drawings)
    return {
        turn(other) {
            turn(other)
            again()
        },
        leave,
    }
}
