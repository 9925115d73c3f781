"""The chart of the learning-rate range test."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.figures.colours import TRAINING, VALIDATION
from mnist_core.figures.echarts import Option, axis, dotted, line, plot


def rates_figure(rates: Sequence[float], losses: Sequence[float], suggestion: float | None) -> Option:
    """Draw the smoothed loss against the learning rate, on a logarithmic axis, with the suggestion marked."""
    x = axis("learning rate", 24) | {"type": "log", "min": 1e-6, "max": 10}
    curve = line("loss", zip(rates, losses, strict=True), TRAINING)
    if suggestion:
        curve["markLine"] = dotted({"xAxis": suggestion, "lineStyle": {"color": VALIDATION, "width": 2}})
    return plot("Loss at rising learning rates", x, axis("loss, smoothed", 36) | {"min": 0}) | {"series": [curve]}
