/** The parts of a chart as SVG: its axes, curves, points and upright lines, each where its values lie. */

/** @typedef {import("./training_figure.js").Figure} Figure */
/** @typedef {import("./training_figure.js").Curve} Curve */
/** @typedef {import("./scale.js").Scale} Scale */

const TICK = 5
const SYMBOL = 3
const STAR = "M10 0 12.4 6.8 19.5 6.9 13.8 11.2 15.9 18.1 10 14 4.1 18.1 6.2 11.2 .5 6.9 7.6 6.8Z"
export const FAINT = "color-mix(in srgb, currentColor 12%, transparent)"
export const GREY = "color-mix(in srgb, currentColor 70%, transparent)"

/** Where values lie on a chart. */
export class Plot {
    /**
     * @param {{left: number, right: number, top: number, bottom: number}} box CSS pixels.
     * @param {Scale} across
     * @param {Scale} up
     */
    constructor(box, across, up) {
        this.box = box
        this.across = across
        this.up = up
    }

    /** @param {number} value */
    x(value) {
        return this.box.left + this.across.at(value) * (this.box.right - this.box.left)
    }

    /** @param {number} value */
    y(value) {
        return this.box.bottom - this.up.at(value) * (this.box.bottom - this.box.top)
    }

    /**
     * The value of the x axis at a place.
     *
     * @param {number} pixel
     * @param {Figure} figure
     */
    value(pixel, figure) {
        const share = (pixel - this.box.left) / (this.box.right - this.box.left)
        return Math.min(1, Math.max(0, share)) * (figure.x.max ?? 1)
    }

    /** @param {Figure} figure */
    axesSvg({ x, y }) {
        const { left, right, top, bottom } = this.box
        const across = this.across.ticks.map((tick) => sharp(this.x(tick)))
        const up = this.up.ticks.map((tick) => sharp(this.y(tick)))
        const lines = [
            ...across.map((at) => `M${at} ${top}V${bottom + TICK}`),
            ...up.map((at) => `M${left - TICK} ${at}H${right}`),
        ]
        const grey = `style="fill:${GREY}"`
        const middle = (top + bottom) / 2
        return [
            `<path d="${lines.join("")}" fill="none" style="stroke:${FAINT}"/>`,
            ...this.across.ticks.map((tick) =>
                text(
                    this.x(tick),
                    bottom + 12,
                    written(tick),
                    `${grey} text-anchor="middle" dominant-baseline="central"`,
                ),
            ),
            ...this.up.ticks.map((tick) =>
                text(left - 8, this.y(tick), written(tick), `${grey} text-anchor="end" dominant-baseline="central"`),
            ),
            text((left + right) / 2, bottom + 28, x.name, `${grey} text-anchor="middle" dominant-baseline="central"`),
            text(
                14,
                middle,
                y.name,
                `${grey} text-anchor="middle" dominant-baseline="central" transform="rotate(-90 14 ${middle})"`,
            ),
        ].join("")
    }

    /** @param {Curve} curve */
    lineSvg({ points, colour, width, opacity, dotted }) {
        let pen = "M"
        const path = points.map(([x, y]) => {
            const place = y === null ? "" : `${pen}${this.x(x).toFixed(2)} ${this.y(y).toFixed(2)}`
            pen = y === null ? "M" : "L"
            return place
        })
        const dash = dotted ? 'stroke-dasharray="2 4"' : ""
        return (
            `<path d="${path.join("")}" fill="none" stroke="${colour}" stroke-width="${width}" ` +
            `stroke-opacity="${opacity}" stroke-linejoin="bevel" ${dash}/>`
        )
    }

    /** @param {Curve} curve */
    symbolsSvg({ points, colour, symbol }) {
        if (!symbol) return ""
        const drawn = points.map(([x, y]) => {
            if (y === null) return ""
            const [left, top] = [this.x(x), this.y(y)]
            if (top < this.box.top - 1 || top > this.box.bottom + 1) return ""
            if (symbol === "circle") return `<circle cx="${left}" cy="${top}" r="${SYMBOL}" fill="${colour}"/>`
            return `<path d="${STAR}" fill="${colour}" transform="translate(${left - 7} ${top - 7}) scale(.7)"/>`
        })
        return drawn.join("")
    }

    /** @param {Curve} curve */
    labelSvg({ points, colour, label }) {
        const [x, y] = points.at(-1) ?? [0, null]
        if (label === null || y === null) return ""
        const aside = this.y(y) < (this.box.top + this.box.bottom) / 2 ? 10 : -10
        return text(
            this.x(x),
            this.y(y) + aside,
            label,
            `fill="${colour}" text-anchor="end" dominant-baseline="central"`,
        )
    }

    /**
     * @param {number} value
     * @param {string} colour
     * @param {string} dash
     */
    uprightSvg(value, colour, dash) {
        const { top, bottom } = this.box
        return `<path d="M${sharp(this.x(value))} ${top}V${bottom}" style="stroke:${colour}" stroke-dasharray="${dash}"/>`
    }

    /**
     * @param {{x: number, text: string}} mark
     * @param {"top" | "bottom"} place
     */
    markSvg({ x, text: written }, place) {
        const { top, bottom } = this.box
        const at = this.x(x)
        // Along the line, on its left, as far from its end as from the line.
        const end = place === "top" ? top + 5 : bottom - 5
        const turned = `transform="rotate(-90 ${at - 8} ${end})" text-anchor="${place === "top" ? "end" : "start"}"`
        const label = text(at - 8, end, written, `font-size="11" fill="gray" dominant-baseline="central" ${turned}`)
        return this.uprightSvg(x, "gray", "2 4") + label
    }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {string} attributes
 */
export function text(x, y, words, attributes) {
    return `<text x="${x}" y="${y}" ${attributes}>${words}</text>`
}

/** @param {number} tick */
function written(tick) {
    return tick >= 1e6 || (tick > 0 && tick < 1e-6)
        ? tick.toExponential()
        : tick.toLocaleString("en", { maximumFractionDigits: 10 })
}

/**
 * The middle of a pixel: a line of one pixel is then as wide as one.
 *
 * @param {number} value
 */
function sharp(value) {
    return Math.round(value) + 0.5
}
