/** A checkpoint's network, from an image to ten logits. Twin of mnist_core.model.network and checkpoint. */

import { ACTIVATIONS } from "./activations.js"
import { architectureOf, layers, tensorShapes } from "./architecture.js"
import { CheckpointError } from "./errors.js"
import { readTensors } from "./safetensors.js"

/** @typedef {import("./architecture.js").Layer} Layer */
/** @typedef {import("./kernel.js").Kernel} Kernel */

const FORMAT = "digit-lab-1"
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

/** Twin of mnist_core.model.network.DigitNet in evaluation mode; batch normalisation is part of the weights. */
export class Network {
    /**
     * @param {ArrayBuffer} file A checkpoint, as it is.
     * @param {import("./kernel.js").KernelMaker} makeKernel
     * @throws {CheckpointError} not a checkpoint of Digit Lab, damaged, or with other tensors than its configuration.
     */
    constructor(file, makeKernel) {
        const { tensors, metadata } = readTensors(file)
        if (metadata.format !== FORMAT) throw new CheckpointError("it was not written by Digit Lab")
        const architecture = architectureOf(parsed(metadata.config))
        this.metadata = metadata
        const table = layers(architecture)
        refuseOthers(tensors, tensorShapes(table))
        this.activation = ACTIVATIONS[architecture.activation]
        const plan = new Plan(table, tensors)
        this.kernel = makeKernel(plan.bytes)
        this.numbers = new Float32Array(this.kernel.memory)
        plan.writes.forEach((write) => {
            write(this.kernel.memory)
        })
        this.image = plan.image
        this.steps = plan.steps
    }

    /**
     * @param {Float32Array} image (28, 28) in [0, 1], row by row.
     * @returns {Float32Array} (10,)
     */
    logits(image) {
        this.put(image)
        for (const step of this.steps) this.run(step)
        const { to } = this.steps[this.steps.length - 1]
        return this.numbers.slice(to.address / 4, to.address / 4 + 10)
    }

    /**
     * The maps of the first convolution after its activation.
     *
     * @param {Float32Array} image (28, 28) in [0, 1], row by row.
     * @returns {{values: Float32Array, side: number, count: number}} Map by map, row by row.
     */
    firstMaps(image) {
        const [{ layer, to }] = this.steps
        const [count, side] = layer.outputShape
        this.put(image)
        this.run(this.steps[0])
        const values = new Float32Array(count * side * side)
        for (let place = 0; place < side * side; place++) {
            const from = pixelAt(to, Math.floor(place / side), place % side) / 4
            for (let channel = 0; channel < count; channel++) {
                values[channel * side * side + place] = this.numbers[from + channel]
            }
        }
        return { values, side, count }
    }

    /** Multiplications with an addition, for one image. */
    get multiplyAdds() {
        return this.steps.reduce((sum, { layer, to, call: [, , , , , rows, run] }) => {
            const places = layer.kind === "dense" ? 1 : to.side ** 2
            return sum + (places * layer.outputShape[0] * rows * run) / 4
        }, 0)
    }

    /** @param {Float32Array} image */
    put(image) {
        const { address, side, border } = this.image
        const width = side + 2 * border
        for (let row = 0; row < side; row++) {
            const start = address / 4 + (row + border) * width + border
            this.numbers.set(image.subarray(row * side, (row + 1) * side), start)
        }
    }

    /** @param {Step} step */
    run({ layer, to, pooled, call }) {
        this.kernel.convolve(...call)
        if (layer.activated) this.bend(to)
        if (pooled) this.pool(to, pooled, layer.pooling === "max")
    }

    /** @param {Maps} maps */
    bend(maps) {
        const { numbers, activation } = this
        for (let row = 0; row < maps.side; row++) {
            const start = pixelAt(maps, row, 0) / 4
            for (let i = start; i < start + maps.side * maps.channels; i++) numbers[i] = activation(numbers[i])
        }
    }

    /**
     * @param {Maps} from
     * @param {Maps} to
     * @param {boolean} max Or the mean.
     */
    pool(from, to, max) {
        const { numbers } = this
        const across = from.channels
        const down = across * (from.side + 2 * from.border)
        for (let row = 0; row < to.side; row++) {
            for (let column = 0; column < to.side; column++) {
                const start = pixelAt(from, 2 * row, 2 * column) / 4
                const target = pixelAt(to, row, column) / 4
                for (let channel = 0; channel < across; channel++) {
                    const i = start + channel
                    const [a, b, c, d] = [
                        numbers[i],
                        numbers[i + across],
                        numbers[i + down],
                        numbers[i + down + across],
                    ]
                    numbers[target + channel] = max ? Math.max(a, b, c, d) : (a + b + c + d) / 4
                }
            }
        }
    }
}

/** Where everything lies in a kernel's memory, and what is written there once. */
class Plan {
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
function pixelAt({ address, channels, side, border }, row, column) {
    return address + 4 * channels * ((row + border) * (side + 2 * border) + column + border)
}

/** @param {number} side */
function squares(side) {
    return Array.from({ length: side * side }, (_, i) => [Math.floor(i / side), i % side])
}

/**
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 * @param {Map<string, number[]>} shapes
 * @throws {CheckpointError} these are others, or not all numbers.
 */
function refuseOthers(tensors, shapes) {
    const wrong = [...new Set([...tensors.keys(), ...shapes.keys()])].filter((name) => {
        const dtype = name.endsWith(".num_batches_tracked") ? "I64" : "F32"
        const tensor = tensors.get(name)
        return tensor?.dtype !== dtype || String(tensor.shape) !== String(shapes.get(name) ?? "none")
    })
    if (wrong.length) {
        throw new CheckpointError(
            `its weights do not fit its own configuration: ${wrong.sort().slice(0, 4).join(", ")}`,
        )
    }
    for (const { values } of tensors.values()) {
        if (!values.every(Number.isFinite)) {
            throw new CheckpointError("it holds weights that are infinite or not a number: its run has diverged")
        }
    }
}

/**
 * @param {string | undefined} text JSON.
 * @throws {CheckpointError} it is none.
 */
export function parsed(text) {
    try {
        return JSON.parse(/** @type {string} */ (text))
    } catch {
        throw new CheckpointError("the description inside it is damaged")
    }
}
