"""Line charts as SVG, for pages that are printed, mailed and opened with no network and no script.

Lines and texts take the page's colour, so that light and dark both read well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mnist_core.export.rendering import to_page

_WIDTH, _HEIGHT = 420, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 26, 42  # room for the axes' numbers and names


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Points joined by a line."""

    name: str
    """As in the legend; "" for none."""
    colour: str
    points: Sequence[tuple[float, float]]
    radii: Sequence[float] = ()
    """Of the points' marks, in pixels; 3 where none is given."""
    dotted: bool = False
    """A line without marks, to compare with."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the two axes."""

    title: str
    """With its unit."""
    low: float
    high: float
    ticks: Mapping[float, str] | None = None
    """Where there is a number, and how it is written; None: about five round ones."""


def chart(curves: Sequence[Curve], x: Axis, y: Axis, described: str) -> Markup:
    """Return an `svg` element with the curves; `described` is what is read to those who do not see it."""
    across, down = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def left(value: float) -> float:
        return _LEFT + across * (value - x.low) / (x.high - x.low)

    def top(value: float) -> float:
        return _TOP + down * (y.high - value) / (y.high - y.low)

    drawn = [(curve, [(left(a), top(b)) for a, b in curve.points]) for curve in curves]
    page = to_page(
        "chart.svg.j2",
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        bottom=_HEIGHT - _BOTTOM,
        described=described,
        titles=(x.title, y.title),
        rows=[(top(value), text) for value, text in (y.ticks or round_ticks(y.low, y.high)).items()],
        columns=[(left(value), text) for value, text in (x.ticks or round_ticks(x.low, x.high)).items()],
        curves=[(curve, points, curve.radii or [3] * len(points)) for curve, points in drawn],
        legend=[curve for curve in reversed(curves) if curve.name],
    )
    return Markup(page)


def round_ticks(low: float, high: float) -> dict[float, str]:
    """Return two to eight round numbers from `low` to `high`, with how they are written.

    Raises:
        ValueError: `high` is not above `low`.
    """
    if not low < high:
        raise ValueError(f"expected low < high, received {low} and {high}")
    power = 10.0 ** math.floor(math.log10(high - low))
    step = next(step for step in (power / 5, power / 2, power, 2 * power, 5 * power) if (high - low) / step < 7)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return {i * step: f"{i * step:.10g}" for i in range(first, last + 1)}
