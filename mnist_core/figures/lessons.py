"""The chart of a lesson: the loss or the accuracy of its runs over the share of the run, beside what was drawn."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.figures.colours import NEUTRAL, RUNS, TRAINING, VALIDATION
from mnist_core.figures.echarts import LEGEND, Option, axis, line, plot

YOURS = "yours"
HIGHEST_LOSS = 6.0
"""The highest loss that is shown: that of a run which diverges would flatten all others."""
_Points = Sequence[tuple[float, float]]


def curves_figure(curves: Sequence[tuple[str, _Points]], measure: str = "loss", drawn: _Points = ()) -> Option:
    """Draw the curves of a lesson over the share of the run, in per cent.

    Args:
        curves: the name of each, and its points (share of the run, value).
        measure: what the values are: "loss", or "accuracy" in 0 to 1.
        drawn: the curve that the learner expected.
    """
    scale = 100 if measure == "accuracy" else 1
    series = []
    if drawn:
        yours = line(YOURS, [(100 * x, y) for x, y in drawn], NEUTRAL) | {"symbol": "none"}
        yours["lineStyle"] |= {"width": 3, "type": "dashed"}
        series.append(yours)
    for (name, points), colour in zip(curves, curve_colours([name for name, _ in curves]), strict=True):
        shown = [(100 * x, scale * min(y, HIGHEST_LOSS)) for x, y in points]
        series.append(line(name, shown, colour) | {"symbol": "none"})
    x = axis("share of the run (%)", 24) | {"min": 0, "max": 100}
    y = (
        axis("images read right (%)", 40) | {"max": 100, "scale": True}
        if measure == "accuracy"
        else axis("loss (lower is better)", 40) | {"min": 0}
    )
    option = plot(measure.capitalize(), x, y)
    return option | {"series": series, "legend": LEGEND | {"data": [one["name"] for one in series]}}


def curve_colours(names: Sequence[str]) -> list[str]:
    """Return the colour of each curve of a lesson: of several runs' curves, each has its own."""
    known = {"training loss": TRAINING, "training": TRAINING, "validation": VALIDATION}
    return [known.get(name, RUNS[i % len(RUNS)]) for i, name in enumerate(names)]
