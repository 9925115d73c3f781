/** The first layer's maps of what is on a board, in the server's own chart of them. */

import { colour } from "./diverging.js"
import { occupy } from "./places.js"

/**
 * The chart's picture is exchanged while the server does not know the drawing yet, and the chart is left as it is.
 *
 * @param {Element | ShadowRoot} root
 * @param {{chart: string, limit: number}} page Key of the chart, and the number at both ends of its colour scale.
 * @returns {(shown: import("./live.js").Shown) => void}
 */
export function showMaps(root, page) {
    occupy(root, false)
    return (shown) => {
        const picture = document.querySelector(`.st-key-${page.chart} .heatmaplayer image`)
        const chart = picture?.closest(".stElementContainer")
        if (!(picture instanceof SVGElement && chart instanceof HTMLElement)) return
        if (shown.kind !== "reading" || shown.known || !shown.reading.answers.length) {
            restore(picture)
            chart.style.removeProperty("opacity")
            return
        }
        // Streamlit dims what its script has yet to draw anew.
        chart.style.setProperty("opacity", "1", "important")
        const { network, reading } = shown
        exchange(picture, sheet(network.firstMaps(reading.answers[0].image), page.limit).toDataURL())
    }
}

/**
 * Maps side by side, one pixel a number. Twin of mnist_core.figures.explain.maps_figure.
 *
 * @param {{values: Float32Array, side: number, count: number}} maps
 * @param {number} limit
 */
function sheet({ values, side, count }, limit) {
    const columns = Math.min(count, Math.ceil(Math.sqrt(2.2 * count)))
    const pitch = side + Math.min(3, 1 + Math.floor(side / 5))
    const canvas = document.createElement("canvas")
    canvas.width = columns * pitch - (pitch - side)
    canvas.height = Math.ceil(count / columns) * pitch - (pitch - side)
    const context = canvas.getContext("2d")
    for (let map = 0; map < count; map++) {
        const pixels = new ImageData(side, side)
        for (let i = 0; i < side * side; i++) {
            pixels.data.set([...colour(values[map * side * side + i], limit), 255], 4 * i)
        }
        context?.putImageData(pixels, (map % columns) * pitch, Math.floor(map / columns) * pitch)
    }
    return canvas
}

/**
 * @param {SVGElement} picture
 * @param {string} url
 */
function exchange(picture, url) {
    const { dataset } = picture
    const now = picture.getAttribute("href") ?? ""
    if (now !== dataset.live) dataset.servers = now // the server has drawn another one since
    picture.setAttribute("href", url)
    dataset.live = url
}

/** @param {SVGElement} picture */
function restore(picture) {
    const { live, servers } = picture.dataset
    if (live && servers && picture.getAttribute("href") === live) picture.setAttribute("href", servers)
}
