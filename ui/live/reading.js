/** Strokes become digits with ten probabilities each, or the reason why there is none. Twin of ui.shared.answers. */

import { DrawingError } from "./errors.js"
import { fromStrokes } from "./preprocess.js"
import { Memory } from "./regrouping.js"
import { digitsOfStrokes } from "./segmentation.js"
import { softmax } from "./softmax.js"

/**
 * What a network makes of one image.
 *
 * @typedef {object} Answer
 * @property {Float32Array} image (28, 28) in [0, 1].
 * @property {number[]} probabilities
 * @property {string | null} doubt Why this does not look like a digit; null where it does.
 * @property {number} falseRefusals Share of MNIST's validation images, all of them digits, that are refused, too.
 */

/**
 * What is on the board: digits in reading order, or a sentence that says why there is none.
 *
 * @typedef {{answers: Answer[], refusal: string | null}} Reading
 */

/** Reads boards with one network; a digit that has not changed since the last board is not read again. */
export class Reader {
    /**
     * @param {import("./network.js").Network} network
     * @param {import("./detector.js").Detector} detector
     * @param {boolean} [whole] Whether all strokes of a board are one digit, however they lie.
     */
    constructor(network, detector, whole = false) {
        this.network = network
        this.detector = detector
        this.whole = whole
        /** @type {Answer[]} */
        this.last = []
        this.memory = new Memory()
    }

    /**
     * @param {import("./strokes.js").Stroke[]} strokes
     * @param {number} [_changes] Is of use to slow readers alone.
     * @returns {Reading}
     */
    read(strokes, _changes) {
        let images
        try {
            images = this.whole
                ? [fromStrokes(strokes)]
                : digitsOfStrokes(strokes, (image) => this.detector.logOdds(image), this.memory)
        } catch (error) {
            if (!(error instanceof DrawingError)) throw error
            return { answers: [], refusal: error.message }
        }
        this.last = images.map((image) => this.last.find((one) => equal(one.image, image)) ?? this.answer(image))
        return { answers: this.last, refusal: null }
    }

    /**
     * @param {Float32Array} image
     * @returns {Answer}
     */
    answer(image) {
        return {
            image,
            probabilities: softmax(this.network.logits(image)),
            doubt: this.detector.describeRefusal(image),
            falseRefusals: this.detector.falseRefusals,
        }
    }
}

/**
 * The digits, the most probable first.
 *
 * @param {number[]} probabilities
 */
export function ranking(probabilities) {
    return probabilities.map((_, digit) => digit).sort((a, b) => probabilities[b] - probabilities[a])
}

/**
 * @param {Float32Array} one
 * @param {Float32Array} other
 */
function equal(one, other) {
    return one.every((value, i) => value === other[i])
}
