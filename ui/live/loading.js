/** Networks and their arithmetic, fetched once and kept by their address, which names their content. */

import { Detector } from "./detector.js"
import { CheckpointError } from "./errors.js"
import { plainKernels, wasmKernels } from "./kernel.js"
import { Network } from "./network.js"

/** Networks that are kept; a training run's next one takes the place of its last. */
const MOST_KEPT = 6

/** @type {Map<string, Promise<Network | Detector>>} */
const kept = new Map()
/** @type {Promise<{maker: import("./kernel.js").KernelMaker, name: "SIMD" | "plain"}> | null} */
let kernels = null

/**
 * The network at an address.
 *
 * @param {string} url
 * @returns {Promise<Network>}
 * @throws {CheckpointError} it cannot be fetched, or is none.
 */
export function loadNetwork(url) {
    return /** @type {Promise<Network>} */ (load(url, Network))
}

/**
 * What tells digits from other drawings, at an address.
 *
 * @param {string} url
 * @returns {Promise<Detector>}
 * @throws {CheckpointError} it cannot be fetched, or is none.
 */
export function loadDetector(url) {
    return /** @type {Promise<Detector>} */ (load(url, Detector))
}

/** The arithmetic that this browser has: SIMD where it can, else plain JavaScript. */
export function loadKernels() {
    kernels ??= fetch(new URL("kernel.wasm", import.meta.url))
        .then((response) => response.arrayBuffer())
        .then(wasmKernels)
        .then((maker) => ({ maker, name: /** @type {const} */ ("SIMD") }))
        .catch(() => ({ maker: plainKernels, name: /** @type {const} */ ("plain") }))
    return kernels
}

/**
 * @param {string} url
 * @param {typeof Network | typeof Detector} kind
 */
function load(url, kind) {
    const found = kept.get(url) ?? fetched(url, kind)
    kept.delete(url)
    kept.set(url, found)
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest)
    found.catch(() => kept.delete(url)) // the next one to ask tries again
    return found
}

/**
 * @param {string} url
 * @param {typeof Network | typeof Detector} kind
 */
async function fetched(url, kind) {
    const response = await fetch(url).catch(() => null)
    if (!response?.ok) throw new CheckpointError("its file could not be fetched")
    const file = await response.arrayBuffer().catch(() => new ArrayBuffer(0))
    const { maker } = await loadKernels()
    const made = new kind(file, maker)
    const content = await sha256(file)
    if (content && !url.endsWith(content)) throw new CheckpointError("its file is another network's")
    return made
}

/**
 * In hexadecimal digits; "" where the browser has no cryptography, as over plain http: then the first answer of the
 * server tells whether the network is the right one.
 *
 * @param {ArrayBuffer} file
 */
async function sha256(file) {
    if (!globalThis.crypto?.subtle) return ""
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file))
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
