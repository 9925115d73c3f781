/** The view of a board that says what the network reads. Twin of ui.shared.answers. */

import { barsHtml } from "./bars.js"
import { certainty, escapeHtml, percent } from "./formatting.js"
import { paintImage } from "./image.js"
import { occupy, swap } from "./places.js"
import { ranking } from "./reading.js"

/** @typedef {import("./reading.js").Answer} Answer */

/**
 * What the page tells this view.
 *
 * @typedef {object} Page
 * @property {string} hides Key of the container with the server's answer, in whose place this one is shown.
 * @property {string} invitation What is said where nothing is drawn.
 * @property {string[]} colours Of the ten digits.
 */

/**
 * @param {Element | ShadowRoot} root
 * @param {Page} page
 * @returns {(shown: import("./live.js").Shown) => void}
 */
export function showAnswer(root, page) {
    const place = /** @type {HTMLElement} */ (root.querySelector(".live"))
    let before = place.innerHTML
    return (shown) => {
        const html = shownHtml(shown, page)
        swap(root, page.hides, shown.kind !== "server")
        if (shown.kind === "server") occupy(root, html !== "")
        if (html !== before) place.innerHTML = before = html
        if (shown.kind !== "reading") return
        place.querySelectorAll("canvas").forEach((canvas, i) => {
            paintImage(canvas, shown.reading.answers[i].image)
        })
    }
}

/**
 * @param {import("./live.js").Shown} shown
 * @param {Page} page
 */
function shownHtml(shown, page) {
    if (shown.kind === "server") {
        return shown.problem
            ? `<p role="status" style="font-size:.85rem;opacity:.75">${escapeHtml(shown.problem)}</p>`
            : ""
    }
    if (shown.kind === "empty") return `<p>${page.invitation}</p>`
    const { answers, refusal } = shown.reading
    if (refusal) return noDigitHtml(refusal)
    return answers.length > 1 ? numberHtml(answers, page) : answerHtml(answers[0], page)
}

/**
 * One digit, big, with how sure the network is and the ten bars; or why it is none.
 *
 * @param {Answer} answer
 * @param {Page} page
 */
export function answerHtml({ probabilities, doubt, falseRefusals }, page) {
    const [digit] = ranking(probabilities)
    const sure = certainty(probabilities[digit])
    const bars = barsHtml(probabilities, page.colours)
    if (doubt) {
        const anyway =
            `The model in hand knows only digits: it would say ${digit}, ${sure} sure; second guess: ` +
            `${describeSecondGuess(probabilities)}. Of MNIST's validation images, ${percent(falseRefusals, 1)} are ` +
            "refused like this."
        return `${noDigitHtml(`${doubt}.`, anyway)}<div style="opacity:.45">${bars}</div>`
    }
    return (
        '<div style="display:flex;align-items:center;gap:1.2rem">' +
        `<div id="live-answer" style="font-size:5.5rem;font-weight:700;line-height:1" data-answer="${digit}">` +
        `${digit}</div><div><b>${sure}</b> sure<br>` +
        `<span style="opacity:.7">second guess: ${describeSecondGuess(probabilities)}</span></div></div>${bars}`
    )
}

/**
 * @param {string} reason A sentence.
 * @param {string} anyway What would be said where the network was asked.
 */
function noDigitHtml(reason, anyway = "") {
    return (
        '<div id="live-answer" data-answer="?" style="margin-bottom:.6rem"><b style="font-size:1.25rem">This does not look ' +
        `like a digit</b><br>${reason}<br><span style="opacity:.7">${anyway}</span></div>`
    )
}

/**
 * Several digits as one number, and each with its image and its bars.
 *
 * @param {Answer[]} answers
 * @param {Page} page
 */
function numberHtml(answers, page) {
    const number = answers.map(describeAnswer).join("")
    const cards = answers.map((answer, i) => {
        const label = `digit ${i + 1} as the network sees it`
        return (
            '<figure style="margin:0"><div style="display:flex;align-items:center;gap:.6rem;margin-bottom:.3rem">' +
            `<canvas class="pixels" role="img" aria-label="${label}" width="28" height="28" style="width:64px;` +
            'height:64px;border-radius:6px;flex-shrink:0"></canvas>' +
            `<b style="font-size:2.2rem;line-height:1">${describeAnswer(answer)}</b></div>` +
            `<div style="font-size:.8rem"><div style="opacity:.75;margin-bottom:.3rem">${describeCertainty(answer)}</div>` +
            `${barsHtml(answer.probabilities, page.colours)}</div></figure>`
        )
    })
    return (
        `<div id="live-answer" data-answer="${number}" style="font-size:4.2rem;font-weight:700;line-height:1.1;` +
        `overflow-wrap:anywhere">${number}</div>` +
        '<div class="number" style="display:grid;grid-template-columns:repeat(auto-fit,minmax(106px,1fr));' +
        `gap:14px 18px;margin-top:.4rem">${cards.join("")}</div>`
    )
}

/** @param {Answer} answer */
function describeAnswer({ probabilities, doubt }) {
    return doubt ? "?" : String(ranking(probabilities)[0])
}

/** @param {Answer} answer */
function describeCertainty({ probabilities, doubt }) {
    const [digit] = ranking(probabilities)
    const sure = `${certainty(probabilities[digit])} sure`
    const first = doubt ? `unlike any digit; it would say ${digit}, ${sure}` : sure
    return `${first}<br>second guess: ${describeSecondGuess(probabilities)}`
}

/** @param {number[]} probabilities */
function describeSecondGuess(probabilities) {
    const digit = ranking(probabilities)[1]
    return `${digit} (${certainty(probabilities[digit])})`
}
