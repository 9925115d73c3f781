"""Make drawings that are no digits, with the canvas's own pen. NumPy only.

A network that has seen only digits answers any drawing with a digit. These show one what else people draw: outlier
exposure (Hendrycks, Mazeika, Dietterich, Deep Anomaly Detection with Outlier Exposure, ICLR 2019). Half of the kinds
are for training. The other half is never trained on, so that rejection can be measured on kinds that are new.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import pi

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.strokes import Stroke
from mnist_core.rejection import shapes
from mnist_core.rejection.shapes import Lines, arc, around
from mnist_core.storage.png import to_grey

SIZE, BRUSH = 200.0, 20.0
"""Canvas pixels: longest side of a doodle before it is stretched, width of the line."""
PIECES = 20
"""Of each straight line, so that it can be bent."""

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
    """Quadratic curves between the middles of the pieces from point to point, as the canvas draws."""
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


def by_hand(lines: Lines, random: Generator) -> list[Stroke]:
    """Return the lines on the canvas: turned, stretched, slanted and bent, each a little out of its place."""
    points = np.concatenate(lines)
    corner, size = points.min(0), np.ptp(points, axis=0).max()
    angle, slant, wider = random.uniform(-0.2, 0.2), random.uniform(-0.25, 0.25), np.exp(random.uniform(-0.3, 0.3))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape = turn @ np.array([[wider, slant], [0, 1 / wider]])
    waves, phase = random.normal(0, 4, (2, 2, 2)), random.uniform(0, 2 * pi, (2, 1, 2))
    bend = random.uniform(0, 0.035)
    strokes = []
    for one in lines:
        points = _dense((one - corner) / size)
        points = points + bend * np.sin(points @ waves + phase).sum(0) + random.normal(0, 0.012, 2)
        strokes.append(Stroke(points @ shape.T * SIZE, BRUSH))
    return strokes


def _dense(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same line in PIECES pieces from point to point; one of many points is dense already."""
    pieces = PIECES if len(points) < PIECES else 1
    at = np.linspace(0, len(points) - 1, (len(points) - 1) * pieces + 1)
    return np.column_stack([np.interp(at, np.arange(len(points)), points[:, axis]) for axis in (0, 1)])
