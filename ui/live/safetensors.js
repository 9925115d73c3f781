/** Reads a file of tensors (https://huggingface.co/docs/safetensors): nothing in it is executed. */

import { CheckpointError } from "./errors.js"

/**
 * @typedef {object} Tensor
 * @property {string} dtype
 * @property {number[]} shape
 * @property {Float32Array} values Of a dtype other than F32, none.
 */

const LONGEST_HEADER = 100_000_000
const NO_NETWORK = "it is not a safetensors file or is cut off"

/**
 * The tensors of a file by name, and its metadata.
 *
 * @param {ArrayBuffer} file
 * @returns {{tensors: Map<string, Tensor>, metadata: Record<string, string>}}
 * @throws {CheckpointError} not such a file, or cut off.
 */
export function readTensors(file) {
    if (file.byteLength < 8) throw new CheckpointError(NO_NETWORK)
    const length = Number(new DataView(file).getBigUint64(0, true))
    const begin = 8 + length
    if (length > LONGEST_HEADER || begin > file.byteLength) throw new CheckpointError(NO_NETWORK)
    let header
    try {
        header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(file, 8, length)))
    } catch {
        throw new CheckpointError(NO_NETWORK)
    }
    const { __metadata__: metadata = {}, ...entries } = header
    /** @type {Map<string, Tensor>} */
    const tensors = new Map()
    let last = 0
    for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
        const [from, to] = offsets
        last = Math.max(last, to)
        const numbers = shape.reduce((/** @type {number} */ all, /** @type {number} */ side) => all * side, 1)
        if (begin + to > file.byteLength || (dtype === "F32" && to - from !== 4 * numbers)) {
            throw new CheckpointError(NO_NETWORK)
        }
        // A copy: the bytes need not begin at a multiple of four.
        const values = dtype === "F32" ? new Float32Array(file.slice(begin + from, begin + to)) : new Float32Array()
        tensors.set(name, { dtype, shape, values })
    }
    if (begin + last !== file.byteLength) throw new CheckpointError(NO_NETWORK)
    return { tensors, metadata }
}
