"""Shows the image of the point under the pointer, beside a plotly chart of points that is on the same page."""

from __future__ import annotations

import streamlit as st

SIDE = 84
"""CSS pixels of a preview."""

_CSS = """
.preview { position: fixed; display: none; pointer-events: none; z-index: 1000; width: 84px; height: 84px;
           image-rendering: pixelated; border: 2px solid var(--st-primary-color); border-radius: 6px; }
"""
# plotly.js tells the div it draws in of a hover; the images come as one picture of `columns` to a row.
_JS = """
export default function ({ data, parentElement }) {
    const preview = parentElement.querySelector(".preview")
    preview.style.backgroundImage = `url(${data.atlas})`
    preview.style.backgroundSize = `${data.columns * data.side}px auto`
    const show = ({ points, event }) => {
        const row = points[0].customdata[0]
        const x = (row % data.columns) * data.side, y = Math.floor(row / data.columns) * data.side
        const left = Math.min(event.clientX + 16, innerWidth - data.side - 8)
        const top = Math.max(event.clientY - data.side - 16, 8)
        Object.assign(preview.style, {
            backgroundPosition: `-${x}px -${y}px`, left: `${left}px`, top: `${top}px`, display: "block",
        })
    }
    const hide = () => { preview.style.display = "none" }
    // A chart that is drawn anew forgets its listeners: its `on` is then another one.
    let chart, on
    const attach = () => {
        const now = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`)
        if (!now?.on || now.on === on) return
        chart = now
        on = now.on
        chart.on("plotly_hover", show)
        chart.on("plotly_unhover", hide)
    }
    addEventListener("pointermove", attach)
    return () => {
        removeEventListener("pointermove", attach)
        chart?.removeListener?.("plotly_hover", show)
        chart?.removeListener?.("plotly_unhover", hide)
    }
}
"""
_component = st.components.v2.component(
    "digit_lab_map_preview", html='<div class="preview" role="img"></div>', css=_CSS, js=_JS
)


def preview(atlas: str, columns: int, chart: str, key: str) -> None:
    """Attach previews to a chart.

    Args:
        atlas: URL of one picture of all images, `columns` of them to a row.
        columns: images to a row of the atlas.
        chart: key of the chart as it is in its class name; a point's first custom datum is its place in the atlas.
        key: the component's own key.
    """
    _component(data={"atlas": atlas, "columns": columns, "side": SIDE, "chart": chart}, key=key)
