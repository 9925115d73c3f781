/** A run that is watched: its history and its summary, asked for once for all views on the page. */

import { Feed } from "./feed.js"
import { History } from "./history.js"
import { Readings } from "./readings.js"

/**
 * How a run stands, as ui.live.run_summary has it. Texts may have **bold** words.
 *
 * @typedef {object} RunSummary
 * @property {string} stage Differs as soon as the page must be drawn anew.
 * @property {number | null} again Seconds after which to ask again; null once the run has ended.
 * @property {string} title
 * @property {number} progress 0 to 1.
 * @property {string} status
 * @property {string} training
 * @property {string} validation
 * @property {string} test
 * @property {string} rate
 * @property {string} loss
 * @property {string} accuracy
 * @property {string} verdict
 */

/**
 * What a view is shown.
 *
 * @typedef {object} Seen
 * @property {History} history
 * @property {Readings} readings Of the drawings that its views show.
 * @property {RunSummary | null} summary Null before the first answer.
 * @property {string | null} problem Why nothing new is known, as a sentence.
 */

/** @type {Map<string, WatchedRun>} */
const watched = new Map()

export class WatchedRun {
    /** @param {string} id */
    constructor(id) {
        this.id = id
        this.history = new History()
        this.readings = new Readings()
        /** The byte of its journal from which on it has yet to be read. */
        this.next = 0
        /** @type {RunSummary | null} */
        this.summary = null
        /** @type {string | null} */
        this.problem = null
        /** Each with the keys of the drawings that it shows. @type {Map<(run: Seen) => void, string[]>} */
        this.views = new Map()
        const address = () => {
            const of = this.readings.ask([...this.views.values()].flat())
            return `live/runs/${encodeURIComponent(id)}/events?from=${this.next}${of}`
        }
        this.feed = new Feed(
            address,
            (answer) => this.take(answer),
            (problem) => {
                const changed = problem !== this.problem
                this.problem = problem
                if (changed && problem) this.changed()
            },
        )
    }

    /**
     * @param {{next: number, more: boolean, anew: boolean, events: import("./history.js").Compact[], summary: RunSummary,
     *     watched?: import("./readings.js").Answer}} answer
     * @returns {number | null} Milliseconds until it is worth asking again.
     */
    take({ next, more, anew, events, summary, watched }) {
        if (anew) this.history = new History()
        for (const event of events) this.history.add(event)
        this.next = next
        this.summary = summary
        if (watched) this.readings.take(watched)
        if (more || watched?.more) return 0
        this.changed()
        return summary.again === null ? null : 1000 * summary.again
    }

    changed() {
        for (const view of this.views.keys()) view(this)
    }
}

/**
 * Have a view follow a run, until it leaves. `again` shows it what is known, and asks whether there is more.
 *
 * @param {string} id "" where there is no run: the view is shown one that has not begun.
 * @param {(run: Seen) => void} view Another function for each view.
 * @param {string[]} drawings The keys of those that it shows.
 */
export function watch(id, view, drawings = []) {
    const run = id ? (watched.get(id) ?? new WatchedRun(id)) : null
    if (run) watched.set(id, run)
    run?.views.set(view, drawings)
    function again() {
        if (!run) view({ history: new History(), readings: new Readings(), summary: null, problem: null })
        else if (run.summary) view(run)
        run?.feed.go() // the page has been drawn: something may have happened
    }
    function leave() {
        if (!run?.views.delete(view) || run.views.size) return
        run.feed.end()
        if (watched.get(id) === run) watched.delete(id)
    }
    again()
    return { again, leave }
}
