/** A checkpoint's network, from an image to ten logits. Twin of mnist_core.model.network and checkpoint. */

import { ACTIVATIONS } from "./activations.js"
import { architectureOf, layers, tensorShapes } from "./architecture.js"
import { CheckpointError } from "./errors.js"
import { Plan, pixelAt } from "./plan.js"
import { readTensors } from "./safetensors.js"

/** @typedef {import("./plan.js").Maps} Maps */
/** @typedef {import("./plan.js").Step} Step */

const FORMAT = "digit-lab-1"

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
