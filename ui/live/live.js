/** The live reading of a board: at every frame in which its drawing has changed, all views of it follow. */

import { showAnswer } from "./answer.js"
import { Board } from "./board.js"
import { CheckpointError } from "./errors.js"
import { fromObjects } from "./fabric_paths.js"
import { showImage } from "./image.js"
import { showInside } from "./inside.js"
import { loadDetector, loadKernels, loadNetwork } from "./loading.js"
import { showMaps } from "./maps.js"
import { Reader } from "./reading.js"
import { isSlow, SlowReader } from "./slow_reader.js"

/** @typedef {import("./fabric_paths.js").FabricObject} FabricObject */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./reading.js").Reading} Reading */

/**
 * A board as the server knows it, after each run of the page's script.
 *
 * @typedef {object} ServersBoard
 * @property {string} board Key of the canvas.
 * @property {number} brush Its width, in canvas pixels.
 * @property {boolean} whole Whether all strokes on it are one digit, however they lie.
 * @property {FabricObject[]} drawing What the server knows to be on the board.
 * @property {string} network Where the network in hand is fetched.
 * @property {string} detector
 * @property {{probabilities: number[], doubted: boolean}[] | null} answers The server's own, in reading order; null
 *     where it has none to compare with.
 */

/**
 * What is shown: the server's answer, with a sentence where there will be no other; an empty board, of which the
 * server does not know yet; or a reading, and whether the server knows the drawing already.
 *
 * @typedef {{kind: "server", problem: string | null} | {kind: "empty"}
 *     | {kind: "reading", reading: Reading, known: boolean, network: import("./network.js").Network}} Shown
 */

/** By how much a probability may differ from the server's; rounding alone differs by 1e-6. */
const TOLERANCE = 1e-3

/** The live readings on the page, by the key of their board. @type {Map<string, Live>} */
const boards = new Map()

/** One board and all views of it. */
class Live {
    /** @param {string} key Of the canvas. */
    constructor(key) {
        this.board = new Board(key, () => this.drawn())
        /** @type {Map<Element | ShadowRoot, (shown: Shown) => void>} */
        this.views = new Map()
        /** @type {ServersBoard | null} */
        this.servers = null
        /** @type {Reader | SlowReader | null} */
        this.reader = null
        /** How often the drawing has changed. */
        this.changes = 0
        /** @type {string | null} */
        this.problem = null
        /** Address of the networks that are asked for, loaded or not. */
        this.asked = ""
        this.frame = 0
        /** Strokes that have been read from their objects. @type {WeakMap<FabricObject, Stroke[]>} */
        this.strokes = new WeakMap()
    }

    /** @param {ServersBoard} servers */
    update(servers) {
        this.servers = servers
        if (this.board.canvas && !this.board.canvas.isConnected) {
            this.board.leave()
            this.board = new Board(servers.board, () => this.drawn())
        }
        this.board.width = servers.brush
        this.board.hear(servers.drawing)
        if (this.asked !== `${servers.network} ${servers.detector}`) this.load(servers)
        else this.compare()
        this.changed()
    }

    /** @param {ServersBoard} servers */
    async load({ network, detector, whole }) {
        const asked = `${network} ${detector}`
        this.stopReading()
        Object.assign(this, { asked, problem: null })
        try {
            const quick = new Reader(...(await Promise.all([loadNetwork(network), loadDetector(detector)])), whole)
            const slow = isSlow(quick.network)
                ? new SlowReader(quick.network, { network, detector, whole }, () => this.changed())
                : null
            await slow?.ready
            if (asked !== this.asked) {
                slow?.leave() // another model has been taken in hand meanwhile
                return
            }
            this.reader = slow ?? quick
            this.compare()
        } catch (error) {
            if (asked === this.asked) this.fail(error)
        }
        this.changed()
    }

    /** Give up, for this network, if the server reads the same drawing in another way. */
    compare() {
        const { servers, reader } = this
        if (!(reader instanceof Reader) || !servers?.answers || !this.board.isAt(servers.drawing)) return
        const { answers } = reader.read(this.strokesOf(servers.drawing))
        const alike =
            answers.length === servers.answers.length &&
            servers.answers.every(({ probabilities, doubted }, i) => {
                const apart = probabilities.map((value, digit) => Math.abs(value - answers[i].probabilities[digit]))
                return Math.max(...apart) < TOLERANCE && doubted === (answers[i].doubt !== null)
            })
        if (!alike) this.fail(new CheckpointError("it reads this drawing in another way here than on the server"))
    }

    /** @param {FabricObject[]} objects */
    strokesOf(objects) {
        return objects.flatMap((object) => {
            const known = this.strokes.get(object) ?? fromObjects([object])
            this.strokes.set(object, known)
            return known
        })
    }

    /** @param {unknown} error */
    fail(error) {
        if (!(error instanceof CheckpointError)) console.error(error)
        const reason = error instanceof CheckpointError ? error.message : "something unforeseen went wrong"
        this.stopReading()
        this.problem = `The bars cannot follow the pen, since the network does not work in this browser: ${reason}. `
        this.problem += "The server reads each stroke when the pen is lifted."
    }

    stopReading() {
        if (this.reader instanceof SlowReader) this.reader.leave()
        this.reader = null
    }

    /** The drawing has changed. */
    drawn() {
        this.changes++
        this.changed()
    }

    /** Have the views follow in the next frame. */
    changed() {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0
            const shown = this.shown()
            for (const [root, view] of this.views) {
                view(shown)
                if (root instanceof HTMLElement) root.dataset.live = this.state
            }
        })
    }

    /** Whether the bars follow the pen; in the page for whoever looks for the reason why they do not. */
    get state() {
        if (this.problem) return "failed"
        return this.reader && this.board.canvas ? "ready" : "loading"
    }

    /** @returns {Shown} */
    shown() {
        const objects = this.board.objects()
        if (!objects.length && this.servers?.drawing.length) return { kind: "empty" }
        if (objects.length && this.reader) {
            try {
                const known = this.servers !== null && this.board.isAt(this.servers.drawing)
                const { network } = this.reader
                const reading = this.reader.read(this.strokesOf(objects), this.changes)
                if (reading) return { kind: "reading", reading, known, network }
            } catch (error) {
                this.fail(error)
            }
        }
        return { kind: "server", problem: this.problem }
    }

    leave() {
        this.asked = ""
        this.stopReading()
        this.board.leave()
        cancelAnimationFrame(this.frame)
    }
}

/** How each view is made; a view is given what is to be shown, at each change. */
const VIEWS = { answer: showAnswer, image: showImage, inside: showInside, maps: showMaps }

/**
 * Show a view of a board, or tell it what is new.
 *
 * @param {Element | ShadowRoot} root Where it is shown.
 * @param {{view: keyof typeof VIEWS, board: string, servers?: ServersBoard}} data
 */
export async function show(root, data) {
    const { name } = await loadKernels()
    if (!root.isConnected) return
    if (root instanceof HTMLElement) root.dataset.kernel = name
    hide(root, data.board)
    const live = boards.get(data.board) ?? new Live(data.board)
    boards.set(data.board, live)
    live.views.set(root, VIEWS[data.view](root, /** @type {any} */ (data)))
    if (data.servers) live.update(data.servers)
    live.changed()
}

/**
 * Take a view away, but for that of the board of this key.
 *
 * @param {Element | ShadowRoot} root
 * @param {string | null} except
 */
export function hide(root, except = null) {
    for (const [key, live] of boards) {
        const view = live.views.get(root)
        if (key === except || !view) continue
        view({ kind: "server", problem: null })
        live.views.delete(root)
        if (live.views.size) continue
        live.leave()
        boards.delete(key)
    }
}
