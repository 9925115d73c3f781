"""The browser fetches its chart library while nobody waits for it: the first chart then takes as long as others."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_JS = """
export default function ({ data: file }) {
    const own = document.querySelector('script[type="module"][src*="static/js/"]')
    // Safari has no requestIdleCallback. A file that cannot be fetched now is fetched with the first chart.
    if (own && file) (window.requestIdleCallback ?? setTimeout)(() => import(new URL(file, own.src)).catch(() => {}))
}
"""
_component = st.components.v2.component("digit_lab_chart_library", html="<span></span>", js=_JS)


@cache
def file() -> str:
    """Return the name of the file in which Streamlit ships ECharts; "" where it does so no more."""
    scripts = Path(st.__file__).parent / "static" / "static" / "js"
    return next((path.name for path in scripts.glob("EChartsChart.*.js")), "")


def fetch_ahead() -> None:
    """Have the browser fetch and start the library as soon as it has nothing else to do. Call it once a page."""
    _component(key="chart-library", data=file(), height=0)
