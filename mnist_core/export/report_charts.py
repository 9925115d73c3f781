"""A report's charts as SVG: its curves, its reliability, its robustness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.evaluation.robustness import Point
from mnist_core.events import Epoch
from mnist_core.export.report import Bin, Calibration
from mnist_core.export.svg import Axis, Curve, chart, round_ticks
from mnist_core.figures.colours import NEUTRAL, TEST, TRAINING, VALIDATION

_RIGHT = "images read right (%)"


def curves_chart(epochs: Sequence[Epoch], metric: Literal["loss", "accuracy"]) -> Markup:
    """Draw the training and, where it was measured, the validation curve of at least one epoch."""
    factor = 100 if metric == "accuracy" else 1
    lines = []
    for name, key, colour in (("training", "train", TRAINING), ("validation", "validation", VALIDATION)):
        values = [(epoch.epoch, getattr(epoch, f"{key}_{metric}")) for epoch in epochs]
        points = [(number, factor * value) for number, value in values if value is not None]
        if points:
            lines.append(Curve(name=name, colour=colour, points=points))
    drawn = [value for line in lines for _, value in line.points]
    if metric == "loss":
        y = Axis("loss (lower is better)", 0, max(1.05 * max(drawn), 1e-6))
    else:
        y = Axis(_RIGHT, min(drawn) - 1, 100)
    last = max(2, *(epoch.epoch for epoch in epochs))
    whole = {tick: text for tick, text in round_ticks(0, last).items() if tick >= 1 and tick == round(tick)}
    return chart(lines, Axis("epochs", 1, last, whole), y, f"{metric} over the epochs")


def reliability_chart(found: Calibration) -> Markup:
    """Draw how often the network is right against how sure it is, before and after temperature scaling."""
    return chart(
        [
            Curve(name="", colour=NEUTRAL, points=[(0, 0), (100, 100)], dotted=True),
            _reliability("before", NEUTRAL, found.before),
            _reliability("after scaling", TEST, found.after),
        ],
        Axis("how sure it is (%)", 0, 100),
        Axis(_RIGHT, 0, 100),
        "reliability before and after temperature scaling",
    )


def _reliability(name: str, colour: str, bins: Sequence[Bin]) -> Curve:
    total = sum(b.count for b in bins)
    filled = [(b.confidence, b.accuracy, b.count) for b in bins if b.confidence is not None and b.accuracy is not None]
    return Curve(
        name=name,
        colour=colour,
        points=[(100 * sure, 100 * right) for sure, right, _ in filled],
        # The area grows with the images; a bin of one image can still be seen.
        radii=[2 + 6 * (count / total) ** 0.5 for _, _, count in filled],
    )


def robustness_chart(name: str, points: Sequence[Point]) -> Markup:
    """Draw the accuracy against the amounts of one corruption, spaced evenly whatever their values."""
    ticks = {float(place): f"{point.amount:g}".replace("-", "−") for place, point in enumerate(points)}
    line = Curve(name="", colour=TEST, points=[(i, 100 * point.accuracy.share) for i, point in enumerate(points)])
    x = Axis(CORRUPTIONS[name].unit, -0.4, len(points) - 0.6, ticks)
    return chart([line], x, Axis(_RIGHT, 0, 100), f"accuracy against {name}")
