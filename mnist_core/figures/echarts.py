"""Parts that the ECharts charts share. A chart is plain data, which the browser repaints without flicker."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

Option = dict[str, Any]
"""A chart, as ECharts' reference names its parts: https://echarts.apache.org/en/option.html"""

LEGEND = {
    "right": 0,
    "top": 2,
    "itemWidth": 16,
    "itemHeight": 4,
    "itemGap": 8,
    "icon": "roundRect",
    "selectedMode": False,
}
"""Above the plot, at the right; it only tells the colours."""


def laid_out(title: str, grid: Option, size: int = 15) -> Option:
    """Return the beginning of a chart: its title, `size` CSS pixels high, and the margins of its plot."""
    return {
        "animation": False,
        "title": {"text": title, "left": 0, "top": 4, "textStyle": {"fontSize": size}},
        "grid": {"outerBoundsMode": "none"} | grid,
        "tooltip": {},
    }


def axis(name: str, gap: int) -> Option:
    """Return an axis with its name in the middle, `gap` CSS pixels from the line."""
    return {"type": "value", "name": name, "nameLocation": "middle", "nameGap": gap}


def plot(title: str, x: Option, y: Option) -> Option:
    """Return the beginning of a chart of lines: its axes, and a tooltip that tells all lines at the pointer."""
    return laid_out(title, {"left": 58, "right": 12, "top": 36, "bottom": 42}) | {
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": x | {"axisPointer": {"label": {"formatter": f"{x['name']}: {{value}}"}}},
        "yAxis": y,
    }


def line(name: str, points: Iterable[tuple[float, float]], colour: str) -> Option:
    """Return a line through points, in one colour, with a gap where a value is no number; one or two have symbols."""
    data = [[_short(x), _short(y)] for x, y in points]
    return {
        "type": "line",
        "name": name,
        "data": data,
        "itemStyle": {"color": colour},
        "lineStyle": {"color": colour, "width": 2},
        "symbol": "circle",
        "symbolSize": 6,
        "showSymbol": len(data) < 3,
        "emphasis": {"disabled": True},
    }


def positive(series: Option) -> Option:
    """Return a line with gaps where a logarithmic axis has no place for its values: at zero and below."""
    return series | {"data": [[x, y if y is not None and y > 0 else None] for x, y in series["data"]]}


def with_texts(series: Option, texts: Iterable[str]) -> Option:
    """Return a line whose points have texts, which a tooltip calls `{b}`."""
    data = [{"value": value, "name": text} for value, text in zip(series["data"], texts, strict=True)]
    return series | {"data": data}


def dotted(*places: Option) -> Option:
    """Return the mark of a series that is a dotted line at each of `places`, such as `{"yAxis": 10}`."""
    return {
        "silent": True,
        "symbol": "none",
        "precision": -1,  # or a place is rounded to hundredths
        "label": {"show": False},
        "lineStyle": {"type": [2, 4], "color": "gray", "opacity": 1},
        "data": list(places),
    }


def _short(value: float) -> float | None:
    """Round a number to five digits: more than a screen shows, and half of what is sent."""
    return float(f"{value:.5g}") if math.isfinite(value) else None
