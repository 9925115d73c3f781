"""What the charts share that are ECharts options: plain data, which the browser paints on a canvas."""

from __future__ import annotations

from typing import Any

Option = dict[str, Any]
"""A chart, as ECharts' reference names its parts: https://echarts.apache.org/en/option.html"""


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


def dotted_line(y: float) -> Option:
    """Return the mark of a series that is a dotted line at this height."""
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"type": [2, 4], "color": "gray", "opacity": 1},
        "data": [{"yAxis": y}],
    }
