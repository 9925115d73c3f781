/** Reads boards in a thread of its own, for networks that would hold the pen up. */

import { CheckpointError } from "./errors.js"

/** @typedef {import("./reading.js").Reading} Reading */
/** @typedef {import("./strokes.js").Stroke} Stroke */

/** Milliseconds of a frame that a reading may take. */
const QUICK = 8
/** Multiply-adds that no device does in that time. */
const MANY = 3e8
const TRIALS = 3

/**
 * Whether a network takes too long, on this device, to be asked at every frame.
 *
 * @param {import("./network.js").Network} network
 */
export function isSlow(network) {
    if (network.multiplyAdds > MANY) return true
    let quickest = Infinity
    for (let trial = 0; trial < TRIALS; trial++) {
        const start = performance.now()
        network.logits(new Float32Array(28 * 28))
        quickest = Math.min(quickest, performance.now() - start)
    }
    return quickest > QUICK
}

/** Says what it has read last, and reads the newest board as soon as it is done with the one before. */
export class SlowReader {
    /**
     * @param {import("./network.js").Network} network
     * @param {{network: string, detector: string, whole: boolean}} board Addresses, and whether it bears one digit.
     * @param {() => void} arrived Called after each reading.
     */
    constructor(network, board, arrived) {
        this.network = network
        this.arrived = arrived
        /** @type {Reading | null} */
        this.last = null
        /** @type {Stroke[] | null} */
        this.waiting = null
        this.busy = false
        this.seen = -1
        this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" })
        // An address is relative to the page, and the worker is elsewhere.
        const absolute = (/** @type {string} */ address) => new URL(address, document.baseURI).href
        /** Kept when the worker can read, broken where it cannot. @type {Promise<void>} */
        this.ready = new Promise((resolve, reject) => {
            const fail = (/** @type {string} */ problem) => {
                this.leave()
                reject(new CheckpointError(problem))
            }
            this.worker.onerror = () => fail("it needs a thread of its own, which did not start")
            this.worker.onmessage = ({ data }) => {
                this.worker.onmessage = (message) => this.take(message.data)
                if (data.problem) fail(data.problem)
                else resolve()
            }
        })
        const { network: networks, detector, whole } = board
        this.worker.postMessage({ network: absolute(networks), detector: absolute(detector), whole })
    }

    /**
     * @param {Stroke[]} strokes
     * @param {number} changes How often the drawing has changed: what has been asked for once is not asked for again.
     * @returns {Reading | null} The last one; null before the first.
     */
    read(strokes, changes) {
        if (changes !== this.seen) {
            this.seen = changes
            this.waiting = strokes
            this.ask()
        }
        return this.last
    }

    ask() {
        if (this.busy || !this.waiting) return
        this.worker.postMessage({ strokes: this.waiting })
        this.waiting = null
        this.busy = true
    }

    /** @param {Reading} reading */
    take(reading) {
        this.last = reading
        this.busy = false
        this.ask()
        this.arrived()
    }

    leave() {
        this.worker.terminate()
    }
}
