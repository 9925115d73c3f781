"""Letters and things as lines, for `mnist_core.rejection.outliers`: what people draw where a digit is asked for.

Shapes that many a reader takes for a digit are left out: the letters b, B, d, D, g, G, i, I, j, J, l, o, O, q, Q, r,
s, S, u, U, y, Y, z and Z, a circle, a flash of lightning.
"""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

Lines = list[NDArray[np.float64]]
"""Of (N, 2) points each, x to the right and y downwards, in a unit square or thereabouts."""


def line(*points: tuple[float, float]) -> NDArray[np.float64]:
    """Straight from point to point, (N, 2)."""
    return np.array(points, dtype=np.float64)


def arc(x: float, y: float, rx: float, ry: float, start: float = 0.0, end: float = 1.0) -> NDArray[np.float64]:
    """Part of an ellipse, (48, 2); angles in turns, 0 at the right, clockwise on the screen."""
    angle = 2 * pi * np.linspace(start, end, 48)
    return np.column_stack([x + rx * np.cos(angle), y + ry * np.sin(angle)])


def joined(*pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """One line without lifting the pen."""
    return np.vstack(pieces)


def around(count: int, reach: float, first: float = -0.25) -> NDArray[np.float64]:
    """Points evenly spaced on a circle about the middle, (count, 2), from the top on."""
    turns = 2 * pi * (first + np.arange(count) / count)
    return 0.5 + reach * np.column_stack([np.cos(turns), np.sin(turns)])


def _heart() -> NDArray[np.float64]:
    t = np.linspace(0, 2 * pi, 96)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    return np.column_stack([x, y]) / 32


_BOW_OF_P = arc(0.2, 0.25, 0.35, 0.25, -0.25, 0.25)

LEARNED: dict[str, Lines] = {
    "A": [line((0, 1), (0.35, 0), (0.7, 1)), line((0.15, 0.62), (0.55, 0.62))],
    "E": [line((0.6, 0), (0, 0), (0, 1), (0.6, 1)), line((0, 0.5), (0.5, 0.5))],
    "H": [line((0, 0), (0, 1)), line((0.6, 0), (0.6, 1)), line((0, 0.5), (0.6, 0.5))],
    "L": [line((0, 0), (0, 1), (0.6, 1))],
    "N": [line((0, 1), (0, 0), (0.65, 1), (0.65, 0))],
    "R": [line((0, 1), (0, 0)), joined(line((0, 0)), _BOW_OF_P, line((0, 0.5), (0.6, 1)))],
    "V": [line((0, 0), (0.35, 1), (0.7, 0))],
    "X": [line((0, 0), (0.7, 1)), line((0.7, 0), (0, 1))],
    "f": [joined(arc(0.5, 0.2, 0.2, 0.2, 0.95, 0.5), line((0.3, 1))), line((0.05, 0.45), (0.6, 0.45))],
    "k": [line((0, 0), (0, 1)), line((0.45, 0.4), (0, 0.7), (0.5, 1))],
    "n": [line((0, 0.3), (0, 1)), joined(arc(0.28, 0.6, 0.28, 0.3, 0.5, 1.0), line((0.56, 1)))],
    "arrow": [line((0, 0.3), (1, 0.3)), line((0.7, 0), (1, 0.3), (0.7, 0.6))],
    "cup": [line((0, 0), (0.1, 1), (0.6, 1), (0.7, 0), (0, 0)), arc(0.7, 0.4, 0.25, 0.25, -0.2, 0.3)],
    "fish": [
        joined(arc(0.4, 0.3, 0.4, 0.25, 0.12, 0.88), line((1, 0.55))),
        line((0.7, 0.12), (1, 0.05), (1, 0.55)),
    ],
    "hash": [
        line((0.3, 0), (0.3, 1)),
        line((0.7, 0), (0.7, 1)),
        line((0, 0.3), (1, 0.3)),
        line((0, 0.7), (1, 0.7)),
    ],
    "moon": [joined(arc(0.5, 0.5, 0.5, 0.5, 0.2, 0.8), arc(0.85, 0.5, 0.45, 0.42, 0.7, 0.3))],
    "plus": [line((0, 0.5), (1, 0.5)), line((0.5, 0), (0.5, 1))],
    "sun": [
        arc(0.5, 0.5, 0.25, 0.25),
        *(np.stack(ray) for ray in zip(around(8, 0.32), around(8, 0.5), strict=True)),
    ],
    "tree": [line((0.4, 1), (0.4, 0.7)), line((0.4, 0), (0.75, 0.7), (0.05, 0.7), (0.4, 0))],
    "wave": [np.column_stack([np.linspace(0, 1, 60), 0.12 * np.sin(np.linspace(0, 6 * pi, 60))])],
}
"""What the network that tells digits from other drawings learns from."""

UNSEEN: dict[str, Lines] = {
    "C": [arc(0.4, 0.5, 0.4, 0.5, -0.12, -0.88)],
    "F": [line((0.6, 0), (0, 0), (0, 1)), line((0, 0.48), (0.5, 0.48))],
    "K": [line((0, 0), (0, 1)), line((0.6, 0), (0, 0.55)), line((0.15, 0.42), (0.65, 1))],
    "M": [line((0, 1), (0.08, 0), (0.45, 0.7), (0.82, 0), (0.9, 1))],
    "P": [line((0, 1), (0, 0)), joined(line((0, 0)), _BOW_OF_P, line((0, 0.5)))],
    "T": [line((0, 0), (0.8, 0)), line((0.4, 0), (0.4, 1))],
    "W": [line((0, 0), (0.25, 1), (0.5, 0.3), (0.75, 1), (1, 0))],
    "a": [joined(arc(0.35, 0.65, 0.33, 0.35, 0.0, -1.0), line((0.68, 0.3), (0.68, 0.9), (0.8, 1)))],
    "e": [joined(line((0.05, 0.55), (0.7, 0.55)), arc(0.36, 0.5, 0.35, 0.5, 0.0, -0.85))],
    "h": [line((0, 0), (0, 1)), joined(arc(0.28, 0.75, 0.28, 0.28, 0.5, 1.0), line((0.56, 1)))],
    "m": [
        line((0, 0.3), (0, 1)),
        joined(arc(0.2, 0.55, 0.2, 0.25, 0.5, 1.0), line((0.4, 1))),
        joined(arc(0.6, 0.55, 0.2, 0.25, 0.5, 1.0), line((0.8, 1))),
    ],
    "p": [line((0, 0), (0, 1)), arc(0.3, 0.3, 0.3, 0.28)],
    "t": [joined(line((0.3, 0), (0.3, 0.8)), arc(0.5, 0.8, 0.2, 0.2, 0.5, 0.2)), line((0, 0.3), (0.65, 0.3))],
    "w": [joined(arc(0.25, 0.3, 0.25, 0.7, 0.5, 0.0), arc(0.75, 0.3, 0.25, 0.7, 0.5, 0.0))],
    "asterisk": [np.stack([one, other]) for one, other in zip(around(6, 0.5)[:3], around(6, 0.5)[3:], strict=True)],
    "cloud": [arc(0.3, 0.4, 0.25, 0.25, 0.3, 0.8), arc(0.6, 0.3, 0.25, 0.25, 0.6, 1), line((0.15, 0.6), (0.85, 0.55))],
    "envelope": [line((0, 0), (1, 0), (1, 0.7), (0, 0.7), (0, 0), (0.5, 0.4), (1, 0))],
    "flower": [arc(0.5, 0.5, 0.08, 0.08), *(arc(x, y, 0.18, 0.18) for x, y in around(5, 0.25))],
    "heart": [_heart()],
    "house": [
        line((0.05, 0.4), (0.05, 1), (0.95, 1), (0.95, 0.4), (0.5, 0), (0.05, 0.4), (0.95, 0.4)),
        line((0.42, 1), (0.42, 0.68), (0.58, 0.68), (0.58, 1)),
    ],
    "person": [
        arc(0.4, 0.15, 0.14, 0.15),
        line((0.4, 0.3), (0.4, 0.65), (0.15, 1)),
        line((0.4, 0.65), (0.65, 1)),
        line((0.1, 0.42), (0.7, 0.42)),
    ],
    "smiley": [
        arc(0.5, 0.5, 0.5, 0.5),
        arc(0.32, 0.36, 0.05, 0.05),
        arc(0.68, 0.36, 0.05, 0.05),
        arc(0.5, 0.58, 0.25, 0.2, 0.05, 0.45),
    ],
    "star": [around(5, 0.5)[[0, 2, 4, 1, 3, 0]]],
    "tick": [line((0, 0.6), (0.35, 1), (1, 0))],
    "zigzag": [np.column_stack([np.linspace(0, 1, 8), np.arange(8) % 2 * 0.6])],
}
"""What it has never seen, to measure it on."""
