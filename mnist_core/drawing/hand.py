"""Draw lines as a hand would: turned, stretched, slanted and bent, and never twice alike. NumPy only."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_core.drawing.lines import Lines
from mnist_core.drawing.strokes import Stroke

SIZE, BRUSH = 200.0, 20.0
"""Canvas pixels: longest side of a drawing before it is stretched, width of the line."""
PIECES = 20
"""Of each straight line, so that it can be bent."""


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
    """Return the same line in PIECES pieces from point to point; one of many points is dense already."""
    pieces = PIECES if len(points) < PIECES else 1
    at = np.linspace(0, len(points) - 1, (len(points) - 1) * pieces + 1)
    return np.column_stack([np.interp(at, np.arange(len(points)), points[:, axis]) for axis in (0, 1)])
