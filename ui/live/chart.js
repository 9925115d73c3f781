/** A chart of curves as SVG, with a tooltip under the pointer. It looks like the pages' other charts. */

import { FAINT, GREY, Plot, text } from "./plot.js"
import { scaleOf } from "./scale.js"

/** @typedef {import("./training_figure.js").Figure} Figure */
/** @typedef {import("./training_figure.js").Curve} Curve */

/** CSS pixels from the edges of the chart to those of its plot. */
const MARGIN = { left: 58, right: 12, top: 36, bottom: 42 }

/** One chart in the page. */
export class Chart {
    /**
     * @param {HTMLElement} place
     * @param {number} height CSS pixels.
     */
    constructor(place, height) {
        place.innerHTML =
            '<svg role="img" style="display:block;width:100%;font-family:inherit;font-size:12px"></svg>' +
            '<div class="tooltip" hidden></div>'
        Object.assign(place.style, { position: "relative", height: `${height}px` })
        this.place = place
        this.svg = /** @type {SVGSVGElement} */ (place.querySelector("svg"))
        this.tooltip = /** @type {HTMLElement} */ (place.querySelector(".tooltip"))
        this.tooltip.style.cssText =
            "position:absolute;pointer-events:none;padding:.4rem .6rem;border-radius:6px;font-size:13px;line-height:1.5;" +
            "white-space:nowrap;color:var(--st-text-color);background:var(--st-background-color);z-index:1;" +
            `border:1px solid ${FAINT};box-shadow:0 2px 8px rgb(0 0 0 / .15)`
        this.height = height
        /** @type {Figure | null} */
        this.figure = null
        /** Where the pointer is, in CSS pixels from the left of the chart. @type {number | null} */
        this.pointer = null
        this.clip = `digit-lab-clip-${Chart.count++}`
        this.observer = new ResizeObserver(() => this.paint())
        this.observer.observe(place)
        place.addEventListener("pointermove", (event) => this.point(event.clientX - place.getBoundingClientRect().left))
        place.addEventListener("pointerleave", () => this.point(null))
    }

    /**
     * @param {Figure} figure
     * @param {string} spoken What it shows, for those who cannot see it.
     */
    show(figure, spoken) {
        this.figure = figure
        this.svg.setAttribute("aria-label", spoken)
        this.paint()
    }

    leave() {
        this.observer.disconnect()
    }

    /** @param {number | null} x */
    point(x) {
        this.pointer = x
        this.paint()
    }

    paint() {
        const width = this.place.clientWidth
        if (!this.figure || !width) return
        const { figure, height } = this
        const box = {
            left: MARGIN.left,
            right: Math.max(width - MARGIN.right, MARGIN.left + 1),
            top: MARGIN.top,
            bottom: height - MARGIN.bottom,
        }
        const seen = figure.curves.flatMap((curve) => curve.points.map(([, y]) => y))
        const x = scaleOf(figure.x, [])
        const y = scaleOf(figure.y, /** @type {number[]} */ (seen.filter((value) => value !== null)))
        const plot = new Plot(box, x, y)
        const near = this.pointer === null ? null : nearest(figure, plot.value(this.pointer, figure))
        this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
        this.svg.setAttribute("height", String(height))
        this.svg.innerHTML = [
            `<clipPath id="${this.clip}"><rect x="${box.left - 1}" y="${box.top - 1}" width="${box.right - box.left + 2}" ` +
                `height="${box.bottom - box.top + 2}"/></clipPath>`,
            text(0, 16, figure.title, 'font-size="15" style="fill:currentColor" dominant-baseline="central"'),
            legendSvg(figure, width),
            plot.axesSvg(figure),
            near === null ? "" : plot.uprightSvg(near, GREY, "1 0"),
            `<g clip-path="url(#${this.clip})">${figure.curves.map((curve) => plot.lineSvg(curve)).join("")}</g>`,
            ...figure.marks.map((mark) => plot.markSvg(mark, figure.marksAt)),
            ...figure.curves.map((curve) => plot.symbolsSvg(curve) + plot.labelSvg(curve)),
        ].join("")
        this.tell(near, plot, width)
    }

    /**
     * @param {number | null} near
     * @param {Plot} plot
     * @param {number} width
     */
    tell(near, plot, width) {
        const { figure, tooltip } = this
        tooltip.hidden = near === null || !figure
        if (near === null || !figure) return
        const rows = figure.curves.flatMap((curve) => {
            const place = valueAt(curve, near)
            if (place === null) return []
            const dot = `<span style="display:inline-block;width:10px;height:10px;border-radius:5px;background:${curve.colour};opacity:${curve.opacity}"></span>`
            return [
                `<div style="display:flex;gap:.5rem;align-items:center">${dot}${curve.name}` +
                    `<b style="margin-left:auto;padding-left:1rem">${place}</b></div>`,
            ]
        })
        tooltip.innerHTML = `<div>${figure.x.name}: ${Number(near.toPrecision(4))}</div>${rows.join("")}`
        const at = plot.x(near)
        const right = at + 12 + tooltip.offsetWidth > width ? at - 12 - tooltip.offsetWidth : at + 12
        tooltip.style.left = `${Math.max(0, right)}px`
        tooltip.style.top = `${MARGIN.top + 8}px`
    }
}
Chart.count = 0

/**
 * @param {Figure} figure
 * @param {number} width
 */
function legendSvg({ legend, curves }, width) {
    // SVG has no text that is as wide as its words: what is at the right is laid out from there, by their lengths.
    let right = width - 5
    const entries = []
    for (const name of [...legend].reverse()) {
        const colour = curves.find((curve) => curve.name === name)?.colour
        const left = right - textWidth(name)
        entries.push(
            text(left, 11, name, `style="fill:${GREY}" dominant-baseline="central"`),
            `<rect x="${left - 21}" y="9" width="16" height="4" rx="1" fill="${colour}"/>`,
        )
        right = left - 29
    }
    return `<g class="legend">${entries.join("")}</g>`
}

/** @type {CanvasRenderingContext2D | null} */
let ruler = null

/** @param {string} words */
function textWidth(words) {
    ruler ??= document.createElement("canvas").getContext("2d")
    if (!ruler) return 6 * words.length
    ruler.font = `12px ${getComputedStyle(document.body).fontFamily}`
    return ruler.measureText(words).width
}

/**
 * The place on the x axis that has a point and is nearest to a value; null on an empty chart.
 *
 * @param {Figure} figure
 * @param {number} value
 */
function nearest({ curves, legend }, value) {
    const places = curves.filter((one) => legend.includes(one.name)).flatMap((one) => one.points.map(([x]) => x))
    if (!places.length) return null
    return places.reduce((best, x) => (Math.abs(x - value) < Math.abs(best - value) ? x : best))
}

/**
 * @param {Curve} curve
 * @param {number} at
 */
function valueAt({ points }, at) {
    return points.find(([x]) => x === at)?.[1] ?? null
}
