"""A curve of the loss, drawn with the pen over empty axes. It sends its points when the pen is lifted."""

from __future__ import annotations

import streamlit as st

HIGH = 3.0
"""The largest loss that can be drawn."""
_WIDTH, _HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 14, 40

_JS = """
const COLUMNS = 100

export default function ({ data, parentElement, setStateValue }) {
    const svg = parentElement.querySelector("svg")
    const line = svg.querySelector(".drawn")
    const { left, right, top, bottom, width, height, high } = data
    const points = new Map()
    let last = null

    const place = (event) => {
        const box = svg.getBoundingClientRect()
        const x = ((event.clientX - box.left) / box.width) * width
        const y = ((event.clientY - box.top) / box.height) * height
        const within = (value) => Math.min(1, Math.max(0, value))
        const share = within((x - left) / (width - left - right))
        const value = within((height - bottom - y) / (height - top - bottom))
        return { column: Math.round(share * COLUMNS), value: value * high }
    }
    const draw = () => {
        const across = (column) => left + (column / COLUMNS) * (width - left - right)
        const down = (value) => height - bottom - (value / high) * (height - top - bottom)
        const ordered = [...points].sort((a, b) => a[0] - b[0])
        line.setAttribute("points", ordered.map(([c, v]) => `${across(c).toFixed(1)},${down(v).toFixed(1)}`).join(" "))
        return ordered.map(([column, value]) => [column / COLUMNS, Number(value.toFixed(3))])
    }
    const add = (event) => {
        const now = place(event)
        const from = last ?? now
        const steps = Math.abs(now.column - from.column)
        for (let i = 0; i <= steps; i++) {
            const part = steps ? i / steps : 1
            points.set(
                from.column + Math.sign(now.column - from.column) * i,
                from.value + part * (now.value - from.value),
            )
        }
        last = now
        draw()
    }
    const stop = () => {
        if (last === null) return
        last = null
        setStateValue("points", draw())
    }
    svg.onpointerdown = (event) => {
        if (event.button !== 0) return
        event.preventDefault()
        svg.setPointerCapture(event.pointerId)
        // A stroke that begins at the left is another curve; one that begins elsewhere mends the one that is there.
        if (place(event).column < COLUMNS / 10) points.clear()
        add(event)
    }
    svg.onpointermove = (event) => {
        if (last !== null) add(event)
    }
    svg.onpointerup = stop
    svg.onpointercancel = stop
}
"""
_CSS = """
svg { width: 100%; max-width: 760px; height: auto; display: block; touch-action: none; cursor: crosshair;
    color: var(--st-text-color); background: var(--st-secondary-background-color); border-radius: 6px }
text { fill: currentColor; font: 13px var(--st-font) }
.drawn { fill: none; stroke: #808080; stroke-width: 4; stroke-linejoin: round; stroke-linecap: round }
.axis { stroke: currentColor; stroke-opacity: .35 }
.guess { stroke: currentColor; stroke-opacity: .5; stroke-dasharray: 3 5 }
@media (max-width: 640px) { text { font-size: 20px } }
"""


def _axes_html(marked: float, mark: str) -> str:
    """Return empty axes of the loss over the run, with a dotted line at the loss `marked`."""

    def top(value: float) -> float:
        return _HEIGHT - _BOTTOM - value / HIGH * (_HEIGHT - _TOP - _BOTTOM)

    ticks = "".join(
        f'<text x="{_LEFT - 8}" y="{top(value) + 4:.0f}" text-anchor="end">{value}</text>'
        for value in range(int(HIGH) + 1)
    )
    middle, end = (_LEFT + _WIDTH - _RIGHT) / 2, _WIDTH - _RIGHT
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Empty axes to draw on: the loss over the run">'
        f'<line class="axis" x1="{_LEFT}" x2="{_LEFT}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
        f'<line class="axis" x1="{_LEFT}" x2="{end}" y1="{_HEIGHT - _BOTTOM}" y2="{_HEIGHT - _BOTTOM}"/>'
        f'<line class="guess" x1="{_LEFT}" x2="{end}" y1="{top(marked):.1f}" y2="{top(marked):.1f}"/>'
        f'<text x="{end}" y="{top(marked) - 6:.0f}" text-anchor="end">{mark}</text>{ticks}'
        f'<text x="{_LEFT}" y="{_HEIGHT - 22}" text-anchor="middle">0%</text>'
        f'<text x="{end}" y="{_HEIGHT - 22}" text-anchor="end">100%</text>'
        f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">share of the run</text>'
        f'<text x="14" y="{_HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 14 {_HEIGHT / 2})">loss</text>'
        '<polyline class="drawn" points=""/></svg>'
    )


_component = st.components.v2.component(
    "digit_lab_curve_pen", html=_axes_html(2.303, "guessing: 2.30"), css=_CSS, js=_JS
)


def curve_pen(key: str) -> None:
    """Show the axes; `points` in what the session keeps under `key` are those drawn: [share of the run, loss]."""
    frame = {
        "left": _LEFT,
        "right": _RIGHT,
        "top": _TOP,
        "bottom": _BOTTOM,
        "width": _WIDTH,
        "height": _HEIGHT,
        "high": HIGH,
    }
    _component(key=key, data=frame, height="content", default={"points": []}, on_points_change=lambda: None)
