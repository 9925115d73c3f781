/** When to say "this does not look like a digit". Twin of mnist_core.rejection.detector. */

import { roundHalfEven } from "./array.js"
import { CheckpointError } from "./errors.js"
import { percent } from "./formatting.js"
import { Network, parsed } from "./network.js"

/** A network that tells digits from other drawings, and how sure it has to be. */
export class Detector {
    /**
     * @param {ArrayBuffer} file
     * @param {import("./kernel.js").KernelMaker} makeKernel
     * @throws {CheckpointError} another network, or a damaged one.
     */
    constructor(file, makeKernel) {
        this.network = new Network(file, makeKernel)
        const { temperature, least, false_refusals: falseRefusals } = parsed(this.network.metadata.metrics)
        if (!(temperature > 0 && least >= 0 && falseRefusals >= 0)) {
            throw new CheckpointError("it reads digits, but was never taught what is none")
        }
        this.temperature = temperature
        this.least = least
        /** Share, 0 to 1, of digits that are refused. */
        this.falseRefusals = falseRefusals
    }

    /**
     * The log-odds that an image is a digit.
     *
     * @param {Float32Array} image (28, 28) in [0, 1].
     */
    logOdds(image) {
        // The same 256 steps of grey as the images that it has learned from.
        const grey = image.map((value) => roundHalfEven(Math.fround(value * 255)) / 255)
        const logits = Array.from(this.network.logits(grey))
        const largest = Math.max(...logits)
        const evidence = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0))
        return evidence / this.temperature
    }

    /**
     * How probably an image is a digit.
     *
     * @param {Float32Array} image (28, 28) in [0, 1].
     */
    probability(image) {
        return 1 / (1 + Math.exp(-this.logOdds(image)))
    }

    /**
     * Why an image is refused; null where it is not.
     *
     * @param {Float32Array} image (28, 28) in [0, 1].
     */
    describeRefusal(image) {
        const probability = this.probability(image)
        if (probability >= this.least) return null
        const found = probability >= 0.01 ? percent(probability, 0) : "under 1%"
        return (
            `Its lines are hardly those of a digit: ${found} probable, and it takes ${percent(this.least, 0)}. ` +
            "Draw one digit from 0 to 9, and nothing beside it"
        )
    }
}
