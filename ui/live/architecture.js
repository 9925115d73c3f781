/** The layers of a network from its configuration. Twin of mnist_core.architecture. */

/**
 * The fields of a configuration that decide the layers.
 *
 * @typedef {object} Architecture
 * @property {number[]} filters
 * @property {number[]} kernel_sizes
 * @property {number} convolutions_per_stage
 * @property {"valid" | "same"} padding
 * @property {"max" | "average" | "stride" | "none"} pooling
 * @property {number[]} dense
 * @property {"relu" | "leaky_relu" | "gelu" | "tanh" | "sigmoid"} activation
 * @property {boolean} batch_norm
 */

/**
 * A convolution or dense layer, with what follows on it. A map's shape is [channels, side, side].
 *
 * @typedef {object} Layer
 * @property {string} name As in a checkpoint's tensors, such as conv1.
 * @property {"convolution" | "dense"} kind
 * @property {number[]} inputShape
 * @property {number[]} outputShape Before any pooling.
 * @property {number} kernelSize
 * @property {number} stride
 * @property {number} padding
 * @property {string | null} norm Name of the batch normalisation after it.
 * @property {boolean} activated
 * @property {"max" | "average" | null} pooling Of 2 x 2, after the activation.
 */

/** Fields that an older file may lack take the values of mnist_core.config. @type {Architecture} */
const DEFAULTS = {
    filters: [32, 32, 64],
    kernel_sizes: [5, 5, 3],
    convolutions_per_stage: 1,
    padding: "valid",
    pooling: "max",
    dense: [64],
    activation: "relu",
    batch_norm: false,
}
const CLASSES = 10

/**
 * @param {Partial<Architecture>} config
 * @returns {Architecture}
 */
export function architectureOf(config) {
    return { ...DEFAULTS, ...config }
}

/**
 * The convolutions and dense layers, from the (1, 28, 28) image to the ten logits.
 *
 * @param {Architecture} architecture
 * @returns {Layer[]}
 */
export function layers(architecture) {
    const { filters, kernel_sizes, convolutions_per_stage: repeats, pooling, dense } = architecture
    /** @type {Layer[]} */
    const found = []
    let shape = [1, 28, 28]
    filters.forEach((count, stage) => {
        for (let repeat = 1; repeat <= repeats; repeat++) {
            const last = repeat === repeats
            const kernelSize = kernel_sizes[stage]
            const stride = last && pooling === "stride" ? 2 : 1
            const padding = architecture.padding === "same" ? Math.floor(kernelSize / 2) : 0
            const side = Math.floor((shape[1] + 2 * padding - kernelSize) / stride) + 1
            const number = stage * repeats + repeat
            const pooled = last && (pooling === "max" || pooling === "average") ? pooling : null
            found.push({
                name: `conv${number}`,
                kind: "convolution",
                inputShape: shape,
                outputShape: [count, side, side],
                kernelSize,
                stride,
                padding,
                norm: architecture.batch_norm ? `norm${number}` : null,
                activated: true,
                pooling: pooled,
            })
            shape = pooled ? [count, side >> 1, side >> 1] : [count, side, side]
        }
    })
    const widths = [...dense, CLASSES]
    widths.forEach((width, i) => {
        const last = i === dense.length
        found.push({
            name: last ? "output" : `dense${i + 1}`,
            kind: "dense",
            inputShape: shape,
            outputShape: [width],
            kernelSize: 0,
            stride: 1,
            padding: 0,
            norm: null,
            activated: !last,
            pooling: null,
        })
        shape = [width]
    })
    return found
}

/**
 * The shapes that a checkpoint's tensors must have, by name.
 *
 * @param {Layer[]} table
 * @returns {Map<string, number[]>}
 */
export function tensorShapes(table) {
    /** @type {Map<string, number[]>} */
    const shapes = new Map()
    for (const { name, kind, inputShape, outputShape, kernelSize, norm } of table) {
        const inputs = inputShape.reduce((all, side) => all * side, 1)
        const convolved = [outputShape[0], inputShape[0], kernelSize, kernelSize]
        shapes.set(`${name}.weight`, kind === "dense" ? [outputShape[0], inputs] : convolved)
        if (!norm) shapes.set(`${name}.bias`, [outputShape[0]])
        else {
            for (const part of ["weight", "bias", "running_mean", "running_var"]) {
                shapes.set(`${norm}.${part}`, [outputShape[0]])
            }
            shapes.set(`${norm}.num_batches_tracked`, [])
        }
    }
    return shapes
}
