/** Where a network's weights and maps lie in a kernel's memory, and the calls of the kernel that make it run. */

/** @typedef {import("./architecture.js").Layer} Layer */
/** @typedef {import("./kernel.js").Kernel} Kernel */

/** Channels that the kernel works on at once. */
const GROUP = 8
const BATCH_NORM_EPSILON = 1e-5

/**
 * A map or a row in the kernel's memory: the channels of a pixel lie side by side, filled up to whole groups of eight.
 *
 * @typedef {object} Maps
 * @property {number} address In bytes.
 * @property {number} channels With those that fill up a group; the image has one.
 * @property {number} side In pixels, without the border; 1 for a row.
 * @property {number} border In pixels, of zeros.
 */

/**
 * A layer, ready to run.
 *
 * @typedef {object} Step
 * @property {Layer} layer
 * @property {Maps} to Where the sums go.
 * @property {Maps | null} pooled Where they go on to.
 * @property {Parameters<Kernel["convolve"]>} call
 */

/** Where everything lies in a kernel's memory, and what is written there once. */
export class Plan {
    /**
     * @param {Layer[]} table
     * @param {Map<string, import("./safetensors.js").Tensor>} tensors
     */
    constructor(table, tensors) {
        this.bytes = 0
        /** @type {((memory: ArrayBuffer) => void)[]} */
        this.writes = []
        /** @type {Step[]} */
        this.steps = []
        this.image = this.maps(1, 28, table[0].padding)
        let input = this.image
        table.forEach((layer, i) => {
            const next = table[i + 1]
            // What a convolution reads lies in a border of zeros. Sums that are to be pooled have no need of one.
            const border = next ? next.padding : 0
            const [count, side = 1] = layer.outputShape
            const channels = GROUP * Math.ceil(count / GROUP)
            const to = this.maps(channels, side, layer.pooling ? 0 : border)
            const pooled = layer.pooling ? this.maps(channels, side >> 1, border) : null
            this.steps.push({ layer, to, pooled, call: this.call(layer, input, to, folded(layer, tensors)) })
            input = pooled ?? to
        })
    }

    /**
     * @param {number} numbers
     * @returns {number} The address of so many of four bytes.
     */
    place(numbers) {
        const address = this.bytes
        this.bytes += 16 * Math.ceil(numbers / 4)
        return address
    }

    /**
     * @param {number} channels
     * @param {number} side
     * @param {number} border
     * @returns {Maps}
     */
    maps(channels, side, border) {
        return { address: this.place(channels * (side + 2 * border) ** 2), channels, side, border }
    }

    /**
     * The kernel's arguments for a layer.
     *
     * @param {Layer} layer
     * @param {Maps} input
     * @param {Maps} to
     * @param {{weight: Float32Array, bias: Float32Array}} folded
     * @returns {Step["call"]}
     */
    call(layer, input, to, { weight, bias }) {
        const dense = layer.kind === "dense"
        const rows = dense ? 1 : layer.kernelSize
        const run = input.channels * (dense ? input.side ** 2 : layer.kernelSize)
        const pitch = input.channels * (input.side + 2 * input.border)

        const pixels = dense ? [[0, 0]] : squares(to.side)
        while (pixels.length % 4) pixels.push(pixels[pixels.length - 1])
        const places = this.place(2 * pixels.length)
        const list = pixels.flatMap(([row, column]) => [
            input.address + 4 * (row * layer.stride * pitch + column * layer.stride * input.channels),
            pixelAt(to, row, column),
        ])
        const weights = this.place(to.channels * rows * run)
        const biases = this.place(to.channels)
        this.writes.push((memory) => {
            new Int32Array(memory, places).set(list)
            new Float32Array(memory, biases).set(bias)
            groupWeights(new Float32Array(memory, weights), weight, layer, input)
        })
        return [places, places + 4 * list.length, weights, biases, to.channels / GROUP, rows, 4 * run, 4 * pitch]
    }
}

/**
 * Write a layer's weights in the kernel's order.
 *
 * @param {Float32Array} target
 * @param {Float32Array} weight (outputs, inputs, kernel, kernel), or of a dense layer (outputs, inputs).
 * @param {Layer} layer
 * @param {Maps} input
 */
function groupWeights(target, weight, layer, input) {
    // A dense layer is a convolution whose kernel is as large as its input.
    const [inputs, height = 1] = layer.inputShape
    const kernel = layer.kind === "dense" ? height : layer.kernelSize
    const area = kernel * kernel
    for (let output = 0; output < layer.outputShape[0]; output++) {
        const group = Math.floor(output / GROUP) * area * input.channels
        for (let place = 0; place < area; place++) {
            for (let channel = 0; channel < inputs; channel++) {
                const number = group + place * input.channels + channel
                target[number * GROUP + (output % GROUP)] = weight[(output * inputs + channel) * area + place]
            }
        }
    }
}

/**
 * A layer's weights and biases; what follows it as batch normalisation, then a factor and a sum, is part of them.
 *
 * @param {Layer} layer
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 */
function folded(layer, tensors) {
    const of = (/** @type {string} */ name) => /** @type {Float32Array} */ (tensors.get(name)?.values)
    const weight = of(`${layer.name}.weight`)
    if (!layer.norm) return { weight, bias: of(`${layer.name}.bias`) }
    const [gamma, beta, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map((part) =>
        of(`${layer.norm}.${part}`),
    )
    const factor = gamma.map((g, i) => g / Math.sqrt(variance[i] + BATCH_NORM_EPSILON))
    const each = weight.length / factor.length
    return {
        weight: weight.map((w, i) => w * factor[Math.floor(i / each)]),
        bias: beta.map((b, i) => b - mean[i] * factor[i]),
    }
}

/**
 * @param {Maps} maps
 * @param {number} row
 * @param {number} column
 * @returns {number} The address of a pixel's first channel.
 */
export function pixelAt({ address, channels, side, border }, row, column) {
    return address + 4 * channels * ((row + border) * (side + 2 * border) + column + border)
}

/** @param {number} side */
function squares(side) {
    return Array.from({ length: side * side }, (_, i) => [Math.floor(i / side), i % side])
}
