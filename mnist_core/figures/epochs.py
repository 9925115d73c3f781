"""How one network's reading of one digit changed from epoch to epoch."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.figures.colours import DIGITS
from mnist_core.figures.echarts import Option, axis, dotted, line, plot


def probabilities_figure(epochs: Sequence[int], probabilities: Sequence[Sequence[float]], chosen: int) -> Option:
    """Draw the ten probabilities, a row an epoch, in per cent over the epochs; a line marks the chosen epoch."""
    series = []
    for digit, colour in enumerate(DIGITS):
        points = [(epoch, 100 * row[digit]) for epoch, row in zip(epochs, probabilities, strict=True)]
        series.append(line(str(digit), points, colour) | {"showSymbol": True, "clip": False})
    series[0]["markLine"] = dotted({"xAxis": chosen})
    x = axis("epochs of training", 24) | {"min": min(epochs), "max": max(epochs), "minInterval": 1}
    y = axis("probability (%)", 36) | {"min": 0, "max": 100}
    option = plot("What it read in this digit, epoch by epoch", x, y)
    option["grid"]["right"] = 50
    option["legend"] = {"orient": "vertical", "right": 0, "top": 30}
    return option | {"series": series}
