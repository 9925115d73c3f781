/** The multiply-adds of one layer: by kernel.wasm where the browser has SIMD, else in plain JavaScript. */

/**
 * A memory and the function that works in it; kernel.wat says what the arguments are.
 *
 * @typedef {object} Kernel
 * @property {ArrayBuffer} memory
 * @property {(places: number, placesEnd: number, weights: number, bias: number, groups: number, rows: number,
 *     run: number, pitch: number) => void} convolve
 */

/**
 * Makes a kernel with a memory of so many bytes.
 *
 * @typedef {(bytes: number) => Kernel} KernelMaker
 */

const PAGE = 65_536

/**
 * Kernels of WebAssembly.
 *
 * @param {BufferSource} file kernel.wasm
 * @returns {Promise<KernelMaker>}
 * @throws {Error} the browser has no WebAssembly, or one without SIMD.
 */
export async function wasmKernels(file) {
    const module = await WebAssembly.compile(file)
    return (bytes) => {
        const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) })
        const { exports } = new WebAssembly.Instance(module, { network: { memory } })
        return { memory: memory.buffer, convolve: /** @type {Kernel["convolve"]} */ (exports.convolve) }
    }
}

/** Kernels of plain JavaScript. @type {KernelMaker} */
export function plainKernels(bytes) {
    const memory = new ArrayBuffer(Math.ceil(bytes / PAGE) * PAGE)
    const numbers = new Float32Array(memory)
    const addresses = new Int32Array(memory)
    return {
        memory,
        convolve: (places, placesEnd, weights, bias, groups, rows, run, pitch) => {
            for (let half = 0; half < 2 * groups; half++) {
                const first = (weights >> 2) + (half >> 1) * ((rows * run) << 1) + 4 * (half & 1)
                const start = (bias >> 2) + 4 * half
                for (let place = places >> 2; place < placesEnd >> 2; place += 4) {
                    convolveTwo(numbers, addresses, place, first, start, rows, run >> 2, pitch >> 2, 4 * half)
                }
            }
        },
    }
}

/**
 * Two places and four channels: as many sums as a processor has registers for. All lengths are in numbers.
 *
 * @param {Float32Array} numbers
 * @param {Int32Array} addresses
 * @param {number} place
 * @param {number} weights
 * @param {number} bias
 * @param {number} rows
 * @param {number} run
 * @param {number} pitch
 * @param {number} channel
 */
function convolveTwo(numbers, addresses, place, weights, bias, rows, run, pitch, channel) {
    let x = addresses[place] >> 2
    let y = addresses[place + 2] >> 2
    let w = weights
    let a0 = numbers[bias]
    let a1 = numbers[bias + 1]
    let a2 = numbers[bias + 2]
    let a3 = numbers[bias + 3]
    let b0 = a0
    let b1 = a1
    let b2 = a2
    let b3 = a3
    for (let row = 0; row < rows; row++) {
        for (let i = 0; i < run; i++) {
            const one = numbers[x + i]
            const other = numbers[y + i]
            const w0 = numbers[w]
            const w1 = numbers[w + 1]
            const w2 = numbers[w + 2]
            const w3 = numbers[w + 3]
            a0 += one * w0
            a1 += one * w1
            a2 += one * w2
            a3 += one * w3
            b0 += other * w0
            b1 += other * w1
            b2 += other * w2
            b3 += other * w3
            w += 8
        }
        x += pitch
        y += pitch
    }
    const to = (addresses[place + 1] >> 2) + channel
    const next = (addresses[place + 3] >> 2) + channel
    numbers[to] = a0
    numbers[to + 1] = a1
    numbers[to + 2] = a2
    numbers[to + 3] = a3
    numbers[next] = b0
    numbers[next + 1] = b1
    numbers[next + 2] = b2
    numbers[next + 3] = b3
}
