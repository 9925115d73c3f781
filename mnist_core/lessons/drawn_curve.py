"""A curve that somebody has drawn before the run, beside the real one: how far they lie apart, in words. No torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_Points = Sequence[tuple[float, float]]

MOST_POINTS = 100
"""Points of a curve that are kept."""
_NEAR, _FAR = 0.15, 0.5
"""Mean distances, in units of the loss, up to which two curves are nearly the same, and from which they are far apart:
a fifteenth and a fifth of what guessing loses."""


def thinned(points: _Points) -> list[tuple[float, float]]:
    """Return at most `MOST_POINTS` of the points, the first and the last among them."""
    if len(points) <= MOST_POINTS:
        return [(x, y) for x, y in points]
    kept = np.unique(np.linspace(0, len(points) - 1, MOST_POINTS).round().astype(int))
    return [(points[i][0], points[i][1]) for i in kept]


def distance(drawn: _Points, real: _Points) -> float:
    """Return the mean distance of two curves over the part of the run that both cover."""
    at, one, other = _at_the_same_places(drawn, real)
    return float(np.abs(one - other).mean()) if len(at) else float("inf")


def describe_distance(drawn: _Points, real: _Points) -> str:
    """Return in words how far the drawn curve lies from the real one, and which way.

    Args:
        drawn: points (share of the run, loss), the share rising.
        real: points of the same kind.
    """
    at, one, other = _at_the_same_places(drawn, real)
    if not len(at):
        return "The two curves have no part of the run in common."
    apart = distance(drawn, real)
    if apart < _NEAR:
        told = "The curve that you drew is nearly the real one"
    elif apart < _FAR:
        told = "The curve that you drew is near the real one"
    else:
        told = "The curve that you drew is far from the real one"
    ends = f"Yours ends at {one[-1]:.2f}, the real one at {other[-1]:.2f}."
    return f"{told}: on average they lie {apart:.2f} apart. {_describe_pace(at, one, other)} {ends}"


def _describe_pace(at: NDArray[np.float64], drawn: NDArray[np.float64], real: NDArray[np.float64]) -> str:
    """Return which of the two curves has made half of its way first."""
    halves = [float(at[int(np.argmax(y <= (y[0] + y.min()) / 2))]) for y in (drawn, real)]
    if abs(halves[0] - halves[1]) < 0.05:
        return "Both have made half of their way down at the same time."
    first, second = ("The real one", "yours") if halves[1] < halves[0] else ("Yours", "the real one")
    return (
        f"{first} has made half of its way down after {min(halves):.0%} of the run, {second} after {max(halves):.0%}."
    )


def _at_the_same_places(
    one: _Points, other: _Points
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    low, high = max(one[0][0], other[0][0]), min(one[-1][0], other[-1][0])
    if low >= high:
        return np.empty(0), np.empty(0), np.empty(0)
    at = np.linspace(low, high, 101)
    values = [np.interp(at, [x for x, _ in points], [y for _, y in points]) for points in (one, other)]
    return at, values[0], values[1]
