"""Line charts as SVG, for pages that are printed, mailed and opened with no network and no script.

Lines and texts take the page's colour, so that light and dark both read well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

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


def chart(curves: Sequence[Curve], x: Axis, y: Axis, described: str) -> str:
    """Return an `svg` element with the curves; `described` is what is read to those who do not see it."""
    across, down = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def left(value: float) -> float:
        return _LEFT + across * (value - x.low) / (x.high - x.low)

    def top(value: float) -> float:
        return _TOP + down * (y.high - value) / (y.high - y.low)

    parts = []
    for value, text in (y.ticks or round_ticks(y.low, y.high)).items():
        at = top(value)
        parts.append(f'<path d="M{_LEFT} {at:.1f}h{across}" stroke="currentColor" opacity=".15"/>')
        parts.append(_text(text, _LEFT - 6, at + 4, "end"))
    for value, text in (x.ticks or round_ticks(x.low, x.high)).items():
        parts.append(_text(text, left(value), _HEIGHT - _BOTTOM + 17, "middle"))
    parts.append(_text(x.title, _LEFT + across / 2, _HEIGHT - 6, "middle"))
    parts.append(_text(y.title, _LEFT - 42, 12, "start"))
    for curve in curves:
        parts.append(_line(curve, [(left(a), top(b)) for a, b in curve.points]))
    named = [curve for curve in curves if curve.name]
    for place, curve in enumerate(reversed(named)):
        parts.append(
            _text(f"● {curve.name}", _WIDTH - _RIGHT - 110 * place, 12, "end", f'fill="{curve.colour}" opacity="1"')
        )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(described)}" font-size="13">'
        f"{''.join(parts)}</svg>"
    )


def _line(curve: Curve, points: Sequence[tuple[float, float]]) -> str:
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    style = 'stroke-dasharray="2 4"' if curve.dotted else 'stroke-width="2"'
    line = f'<polyline points="{path}" fill="none" stroke="{curve.colour}" {style}/>'
    if curve.dotted:
        return line
    radii = curve.radii or [3] * len(points)
    return line + "".join(
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{radius:.1f}" fill="{curve.colour}"/>'
        for (a, b), radius in zip(points, radii, strict=True)
    )


def _text(text: str, x: float, y: float, anchor: str, style: str = 'fill="currentColor" opacity=".75"') -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {style}>{escape(text)}</text>'


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
