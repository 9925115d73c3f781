/** The headline of a run: its name, how it stands, how far it is, and three accuracies. */

import { showText } from "./texts.js"

/** @typedef {import("./watched_run.js").Seen} Seen */

const METRICS = /** @type {const} */ ([
    ["training", "Training accuracy", "Since the last report."],
    [
        "validation",
        "Validation accuracy",
        "On images kept back from training; of a network that is taught, on the drawings kept aside.",
    ],
    ["test", "Test accuracy", "On the 10,000 test images, opened when the run ends, and again after each epoch more."],
])
const STYLE = `
    .headline { display: grid; gap: 1rem; font-size: .875rem }
    .headline .track { height: .5rem; border-radius: .25rem; margin-top: .35rem;
        background: color-mix(in srgb, currentColor 8%, transparent) }
    .headline .done { height: 100%; border-radius: .25rem; background: var(--st-primary-color); transition: width .3s }
    .headline .metrics { display: flex; flex-wrap: wrap; gap: 1rem }
    .headline .metrics > div { width: 168px }
    .headline dt { display: flex; gap: .45rem; align-items: center }
    .headline dt i { font: 600 .7rem/1 var(--st-font); width: .95rem; height: .95rem; border-radius: 50%; cursor: help;
        display: inline-grid; place-items: center; border: 1.5px solid currentColor; opacity: .6 }
    .headline dd { font-size: 2.25rem; line-height: 1.4; margin: 0; font-variant-numeric: tabular-nums }
    .headline .problem:empty { display: none }
    @media (max-width: 640px) {
        .headline .metrics { gap: .5rem 1rem }
        .headline .metrics > div { width: calc(50% - .5rem) }
    }
`

/**
 * @param {HTMLElement} place
 * @param {boolean} whole Or without the accuracies.
 * @returns {(run: Seen) => void}
 */
export function headline(place, whole) {
    const shown = whole ? METRICS : []
    const metrics = shown.map(
        ([name, label, help]) =>
            `<div><dt>${label} <i title="${help}" aria-label="${help}" role="img" tabindex="0">?</i></dt>` +
            `<dd data-metric="${name}">–</dd></div>`,
    )
    place.innerHTML =
        `<style>${STYLE}</style><div class="headline"><div><b class="title"></b> · <span class="status"></span>` +
        '<div class="track" role="progressbar" aria-valuemin="0" aria-valuemax="100"><div class="done"></div></div></div>' +
        `<dl class="metrics" style="margin:0">${metrics.join("")}</dl><div class="problem" role="status"></div></div>`
    const of = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (place.querySelector(selector))
    return ({ summary, problem }) => {
        showText(of(".problem"), problem ?? "")
        if (!summary) return
        of(".title").textContent = summary.title
        of(".status").textContent = summary.status
        of(".done").style.width = `${100 * summary.progress}%`
        of(".track").setAttribute("aria-valuenow", (100 * summary.progress).toFixed(0))
        of(".track").setAttribute("aria-label", `${summary.title}: ${summary.status}`)
        for (const [name] of shown) of(`[data-metric=${name}]`).textContent = summary[name]
    }
}
