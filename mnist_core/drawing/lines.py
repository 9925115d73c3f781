"""Lines to draw with: straight, round and curved, each an array (N, 2) of points. NumPy only.

x points to the right and y downwards, in a unit square or thereabouts.
"""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

Lines = list[NDArray[np.float64]]
"""Of (N, 2) points each, in the order in which the pen draws them."""
CURVE_POINTS = 8
"""Of a curve, from one of its given points to the next."""


def line(*points: tuple[float, float]) -> NDArray[np.float64]:
    """Return straight lines from point to point, (N, 2)."""
    return np.array(points, dtype=np.float64)


def arc(x: float, y: float, rx: float, ry: float, start: float = 0.0, end: float = 1.0) -> NDArray[np.float64]:
    """Return part of an ellipse, (48, 2); angles in turns, 0 at the right, clockwise on the screen."""
    angle = 2 * pi * np.linspace(start, end, 48)
    return np.column_stack([x + rx * np.cos(angle), y + ry * np.sin(angle)])


def curve(*points: tuple[float, float]) -> NDArray[np.float64]:
    """Return a smooth line through the points, (N, 2): a Catmull-Rom spline."""
    given = np.array(points, dtype=np.float64)
    ends = np.vstack([2 * given[0] - given[1], given, 2 * given[-1] - given[-2]])
    t = np.linspace(0, 1, CURVE_POINTS, endpoint=False)[:, None]
    pieces = [
        (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2
        for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False)
    ]
    return np.vstack([*pieces, given[-1]])


def joined(*pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one line of all pieces, without lifting the pen."""
    return np.vstack(pieces)


def around(count: int, reach: float, first: float = -0.25) -> NDArray[np.float64]:
    """Return points evenly spaced on a circle about the middle, (count, 2), from the top on."""
    turns = 2 * pi * (first + np.arange(count) / count)
    return 0.5 + reach * np.column_stack([np.cos(turns), np.sin(turns)])


def midpoint_curves(points: NDArray[np.float64], pieces: int = CURVE_POINTS) -> NDArray[np.float64]:
    """Return the line, (N, 2), that the canvas draws through pointer samples (M, 2).

    It is made of quadratic curves between the middles of neighbouring samples, which are their control points, and of
    straight lines to both ends. Two samples or one are returned as they are.
    """
    if len(points) < 3:
        return points
    middles, t = (points[1:] + points[:-1]) / 2, np.linspace(0, 1, pieces)[:, None]
    curves = zip(middles[:-1], points[1:-1], middles[1:], strict=True)
    return np.vstack(
        [points[0], *((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c for a, b, c in curves), points[-1]]
    )
