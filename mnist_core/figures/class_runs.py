"""All runs of a class on one chart: each a point, a hyperparameter against what came, with what was expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.figures.colours import NEUTRAL, TEST
from mnist_core.figures.echarts import LEGEND, Option, axis, laid_out


@dataclass(frozen=True, slots=True)
class RunPoint:
    """One run."""

    name: str
    """Of its seat, as it is shown."""
    x: float | str
    """The hyperparameter."""
    y: float | None
    """What came; None before it has."""
    expected: float | None
    """What was expected; None without."""


def class_runs_figure(points: Sequence[RunPoint], x: str, y: str, *, large: bool = False) -> Option:
    """Draw the points; expectations are hollow, with a line to what came. `x` and `y` name the axes.

    `large` is for a projector.
    """
    texts = any(isinstance(point.x, str) for point in points)
    came = [_point(point, point.y) for point in points if point.y is not None]
    expected = [_point(point, point.expected) for point in points if point.expected is not None]
    between: list[list[float | str | None]] = []
    for point in points:
        if point.y is not None and point.expected is not None:
            between += [[point.x, point.expected], [point.x, point.y], [None, None]]
    size = 30 if large else 15
    option = laid_out(f"The class's runs: {y}", {"left": 70, "right": 24, "top": 3 * size, "bottom": 48}, size)
    vertical = axis(y, 48) | {"scale": True} | ({"max": 100} if "%" in y else {})
    horizontal: Option = axis(x, 28) | {"scale": True}
    if texts:
        horizontal |= {"type": "category", "data": sorted({str(point.x) for point in points})}
    elif _spans_powers(points):
        horizontal |= {"type": "log"}
    return option | {
        "legend": LEGEND | {"top": 4, "textStyle": {"fontSize": size - 3 if large else 12}},
        "tooltip": {"trigger": "item", "confine": True, "formatter": "{b}"},
        "xAxis": horizontal | {"axisLabel": {"fontSize": 24 if large else 12}},
        "yAxis": vertical | {"axisLabel": {"fontSize": 24 if large else 12}},
        "series": [
            {
                "type": "line",
                "data": between,
                "symbol": "none",
                "silent": True,
                "lineStyle": {"type": "dotted", "color": NEUTRAL, "width": 1.5},
            },
            {
                "type": "scatter",
                "name": "expected",
                "data": expected,
                "symbolSize": size,
                "itemStyle": {"color": "transparent", "borderColor": NEUTRAL, "borderWidth": 2},
            },
            {
                "type": "scatter",
                "name": "came",
                "data": came,
                "symbolSize": size,
                "itemStyle": {"color": TEST, "opacity": 0.85},
            },
        ],
    }


def _point(point: RunPoint, y: float | None) -> Option:
    return {"value": [point.x, y], "name": f"{point.name}: {y:.4g}"}


def _spans_powers(points: Sequence[RunPoint]) -> bool:
    """Return whether a logarithmic axis shows the points better: learning rates, sizes of batches."""
    values = [point.x for point in points if isinstance(point.x, (int, float))]
    return bool(values) and min(values) > 0 and max(values) / min(values) >= 20
