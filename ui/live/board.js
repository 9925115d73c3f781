/** The board in the page: finds it, follows its pen, its undo and its redo, and has it send at once. */

import { Brush } from "./brush.js"

/** @typedef {import("./fabric_paths.js").FabricObject} FabricObject */

/** The states that streamlit-drawable-canvas keeps for its undo. */
const MOST_STATES = 101
/** Canvas pixels by which two records of one stroke may differ. */
const TOLERANCE = 1e-3

/** What is on one board of streamlit-drawable-canvas, known before the server knows it. */
export class Board {
    /**
     * @param {string} key Of the canvas, as in the page's class st-key-….
     * @param {() => void} changed Called after each change of what is drawn, the pen's moves among them.
     */
    constructor(key, changed) {
        this.key = key
        this.changed = changed
        /** The brush's width, in canvas pixels. */
        this.width = 20
        /** @type {Brush | null} The stroke under the pen. */
        this.pen = null
        /** What the board bore after each stroke, undone ones included. @type {FabricObject[][]} */
        this.states = [[]]
        this.current = 0
        /** @type {HTMLCanvasElement | null} */
        this.canvas = null
        /** @type {number | undefined} Of the finger that draws. */
        this.finger = undefined
        this.following = new AbortController()
        this.frame = 0
        this.find()
    }

    /** @returns {FabricObject[]} What is drawn, with the stroke under the pen. */
    objects() {
        return this.pen ? [...this.states[this.current], this.pen.toObject()] : this.states[this.current]
    }

    /**
     * Take over what the server says is on the board, unless that is known, as what is there or was there before.
     *
     * @param {FabricObject[]} objects
     */
    hear(objects) {
        if (this.pen || this.states.some((state) => sameDrawing(state, objects))) return
        this.states = [objects]
        this.current = 0
        this.changed()
    }

    /** Whether these are the objects on the board, and no stroke is under way. @param {FabricObject[]} objects */
    isAt(objects) {
        return !this.pen && sameDrawing(this.states[this.current], objects)
    }

    /** Wait for the canvas, which may come after this or be replaced, and follow it. */
    find() {
        const inside = document.querySelectorAll(`.st-key-${this.key} *`)
        const root = [...inside].map((one) => one.shadowRoot).find((one) => one?.querySelector("canvas.upper-canvas"))
        if (root) this.follow(root)
        else this.frame = requestAnimationFrame(() => this.find())
    }

    /** @param {ShadowRoot} root */
    follow(root) {
        this.canvas = root.querySelector("canvas.upper-canvas")
        const { signal } = this.following
        // fabric.js listens to these very events: mouse and touch, of the document while the pen is down.
        this.canvas?.addEventListener("mousedown", (event) => event.button === 0 && this.down(event, event), { signal })
        window.addEventListener("mousemove", (event) => this.move(event, event), { signal, capture: true })
        window.addEventListener("mouseup", (event) => event.button === 0 && this.up(), { signal, capture: true })
        this.canvas?.addEventListener("touchstart", (event) => this.touch(event), { signal })
        window.addEventListener("touchmove", (event) => this.touch(event), { signal, capture: true })
        for (const name of /** @type {const} */ (["touchend", "touchcancel"])) {
            window.addEventListener(name, (event) => event.touches.length || this.up(), { signal, capture: true })
        }
        root.addEventListener("click", (event) => this.clicked(event), { signal })
        this.changed()
    }

    /** Stop following. */
    leave() {
        this.following.abort()
        cancelAnimationFrame(this.frame)
    }

    /** @param {TouchEvent} event */
    touch(event) {
        const [touch] = event.changedTouches
        if (event.type === "touchstart") {
            this.finger ??= touch.identifier
            if (touch.identifier === this.finger) this.down(touch, event)
        } else if (touch.identifier === this.finger) this.move(touch, event)
    }

    /**
     * @param {Mouse | Touch} point
     * @param {UIEvent & {shiftKey: boolean}} event
     * @typedef {{clientX: number, clientY: number}} Mouse
     */
    down(point, event) {
        this.pen = new Brush(this.place(point), this.width, event.shiftKey)
        this.changed()
    }

    /**
     * @param {Mouse | Touch} point
     * @param {UIEvent & {shiftKey: boolean}} event
     */
    move(point, event) {
        if (!this.pen) return
        this.pen.move(this.place(point), event.shiftKey)
        this.changed()
    }

    up() {
        this.finger = undefined
        if (!this.pen) return
        this.states = [...this.states.slice(0, this.current + 1), this.objects()].slice(-MOST_STATES)
        this.current = this.states.length - 1
        this.pen = null
        this.changed()
        // After the board has taken the stroke over. It would send by itself, but 200 ms later.
        setTimeout(() => this.button("Update the app with this drawing")?.click(), 0)
    }

    /** @param {Event} event */
    clicked(event) {
        const title = event.target instanceof Element ? event.target.closest("button")?.title : ""
        const step = { Undo: -1, Redo: 1 }[title ?? ""] ?? 0
        if (!step || !this.states[this.current + step]) return
        this.current += step
        this.changed()
    }

    /** @param {string} title */
    button(title) {
        const root = /** @type {ShadowRoot | undefined} */ (this.canvas?.getRootNode())
        return /** @type {HTMLButtonElement | null | undefined} */ (root?.querySelector(`button[title="${title}"]`))
    }

    /**
     * A place in the window in canvas pixels.
     *
     * @param {Mouse | Touch} point
     */
    place({ clientX, clientY }) {
        const canvas = /** @type {HTMLCanvasElement} */ (this.canvas)
        const box = canvas.getBoundingClientRect()
        return {
            x: (clientX - box.left) * (canvas.width / box.width),
            y: (clientY - box.top) * (canvas.height / box.height),
        }
    }
}

/**
 * @param {FabricObject[]} one
 * @param {FabricObject[]} other
 */
function sameDrawing(one, other) {
    return one.length === other.length && one.every((object, i) => object === other[i] || sameStroke(object, other[i]))
}

/**
 * @param {FabricObject} one
 * @param {FabricObject} other
 */
function sameStroke(one, other) {
    const flat = (
        /** @type {FabricObject} */ { path = [], left, top, strokeWidth, angle = 0, scaleX = 1, scaleY = 1 },
    ) => [...[left, top, strokeWidth, angle, scaleX, scaleY], ...path.flatMap((command) => command.slice(1))]
    const [mine, theirs] = [flat(one), flat(other)]
    return mine.length === theirs.length && mine.every((value, i) => Math.abs(value - theirs[i]) <= TOLERANCE)
}
