/** The thread of a slow reader: it is told the networks' addresses first, and then boards to read. */

import { loadDetector, loadNetwork } from "./loading.js"
import { Reader } from "./reading.js"

/** @type {Reader} */
let reader

addEventListener("message", async ({ data }) => {
    if (!data.network) {
        postMessage(reader.read(data.strokes))
        return
    }
    try {
        const networks = await Promise.all([loadNetwork(data.network), loadDetector(data.detector)])
        reader = new Reader(...networks, data.whole)
        postMessage({ problem: null })
    } catch (error) {
        postMessage({ problem: error instanceof Error ? error.message : String(error) })
    }
})
