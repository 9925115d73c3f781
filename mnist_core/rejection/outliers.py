"""Make drawings that are no digits, with the canvas's own pen. NumPy only.

A network that has seen only digits answers any drawing with a digit. These show one what else people draw: outlier
exposure (Hendrycks, Mazeika, Dietterich, Deep Anomaly Detection with Outlier Exposure, ICLR 2019). Most kinds are
for training. The others are never trained on, so that rejection can be measured on kinds that are new.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import pi

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_core.drawing.hand import PIECES, by_hand
from mnist_core.drawing.lines import Lines, arc, around
from mnist_core.drawing.preprocess import from_strokes
from mnist_core.rejection import shapes
from mnist_core.storage.png import to_grey

Kind = Callable[[Generator], Lines]


def walk(random: Generator) -> Lines:
    """Return a scribble: the pen turns at random, and goes on and on."""
    count = random.integers(70, 150)
    turn = np.cumsum(random.normal(0, random.uniform(0.2, 0.6), count))
    return [np.cumsum(np.column_stack([np.cos(turn), np.sin(turn)]), 0)]


def curves(random: Generator) -> Lines:
    """Return two or three round lines through random points."""
    return [_rounded(random.uniform(size=(random.integers(4, 9), 2))) for _ in range(random.integers(2, 4))]


def corners(random: Generator) -> Lines:
    """Return one or two lines with random corners."""
    return [random.uniform(size=(random.integers(5, 9), 2)) for _ in range(random.integers(1, 3))]


def polygon(random: Generator) -> Lines:
    """Return a closed shape of three to five corners, perhaps with a diagonal."""
    count = int(random.integers(3, 6))
    points = around(count, 0.5, random.uniform()) * random.uniform(0.8, 1.2, (count, 1))
    diagonal = [points[[0, 2]]] if random.uniform() < 0.4 else []
    return [points[[*range(count), 0]], *diagonal]


def spiral(random: Generator) -> Lines:
    """Return two to five turns outwards."""
    turns = 2 * pi * random.uniform(2, 5) * np.linspace(0, 1, 160)
    return [turns[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])]


def hatching(random: Generator) -> Lines:
    """Return four to eight lines side by side, perhaps crossed by as many."""
    at = np.linspace(0, 1, random.integers(4, 9))
    upright = [np.array([(x, random.uniform(0, 0.15)), (x, random.uniform(0.85, 1))]) for x in at]
    return upright + [points[:, ::-1] for points in upright] if random.uniform() < 0.5 else upright


def parts(random: Generator) -> Lines:
    """Return three to six lines, arcs and circles anywhere."""
    lines: Lines = []
    for _ in range(random.integers(3, 7)):
        (x, y, start), (rx, ry) = random.uniform(size=3), random.uniform(0.06, 0.4, 2)
        length = random.choice([0, 0.25, 0.5, 1])
        lines.append(arc(x, y, rx, ry, start, start + length) if length else random.uniform(size=(2, 2)))
    return lines


def _rounded(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a smooth line, as the canvas draws it: quadratic curves between the middles of the pieces."""
    middles, t = (points[1:] + points[:-1]) / 2, np.linspace(0, 1, PIECES)[:, None]
    curves = zip(middles[:-1], points[1:-1], middles[1:], strict=True)
    return np.vstack([(1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c for a, b, c in curves])


def _always(lines: Lines, random: Generator) -> Lines:
    return lines


RANDOM: dict[str, Kind] = {f.__name__: f for f in (walk, curves, corners, polygon, spiral, hatching, parts)}
LEARNED: dict[str, Kind] = RANDOM | {name: partial(_always, lines) for name, lines in shapes.LEARNED.items()}
UNSEEN: dict[str, Kind] = {name: partial(_always, lines) for name, lines in shapes.UNSEEN.items()}


def draw_doodles(kind: Kind, count: int, random: Generator) -> NDArray[np.uint8]:
    """Return `count` drawings of one kind, (count, 28, 28), as the network sees them."""
    images = [from_strokes(by_hand(kind(random), random)) for _ in range(count)]
    return to_grey(np.stack(images))
