"""Boards full of strokes, made up: what people might draw, as the canvas's fabric.js objects."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_core.drawing.hand import by_hand
from mnist_core.habits.catalogue import HABITS
from mnist_core.rejection.outliers import LEARNED, UNSEEN
from tests.support.strokes import DIGITS

SIDE = 300.0
"""Canvas pixels."""
BRUSHES = (8, 12, 20, 30, 40)

Board = list[dict[str, Any]]
Lines = Sequence[NDArray[np.float64]]


def path(points: NDArray[np.float64], width: float = 20, **placed: Any) -> dict[str, Any]:
    """Return the object that free drawing makes of points (N, 2): curves between the middles of the pieces.

    Its place is its own, unless `placed` says otherwise: left, top, scaleX, angle and so on.
    """
    ends = points.tolist()
    commands: list[list[Any]] = [["M", *ends[0]]]
    for a, b in pairwise(ends):
        if a != b:
            commands.append(["Q", *a, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2])
    commands.append(["L", *ends[-1]])
    return {"type": "Path", "path": commands, "strokeWidth": width} | placed


def pen_digit(digit: int, random: Generator) -> Lines:
    """Return a digit as somebody might draw it: slanted, squeezed, turned, trembling, fast or slow, anywhere."""
    turn, slant = random.normal(0, 0.12), random.normal(0, 0.2)
    squeeze, size = random.uniform(0.7, 1.3), random.uniform(0.25, 0.95) * SIDE
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ [[squeeze, slant], [0, 1]]
    place = random.uniform(0.35, 0.65, 2) * SIDE
    speed = random.uniform(2, 25)  # canvas pixels from one point to the next
    lines = []
    for stroke in DIGITS[digit]:
        points = (np.array(stroke) - 0.5) @ matrix.T * size
        along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        at = np.linspace(0, along[-1], max(ceil(along[-1] / speed), 2))
        line = np.column_stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)])
        bends = np.column_stack([np.sin(at / 30 + phase) for phase in random.uniform(0, 6, 2)])
        lines.append(np.round(line + 0.015 * size * bends + random.normal(0, 0.5, line.shape) + place))
    return lines


def pen_digits(count: int, random: Generator) -> list[Board]:
    """Return so many boards with one digit each, every digit as often, drawn with every brush."""
    return [[path(line, BRUSHES[i % len(BRUSHES)]) for line in pen_digit(i % 10, random)] for i in range(count)]


def doodles(random: Generator) -> list[Board]:
    """Return one board for each kind of drawing that is no digit."""
    boards = []
    for kind in (LEARNED | UNSEEN).values():
        lines = kind(random)
        low = np.min([line.min(axis=0) for line in lines], axis=0)
        extent = float((np.max([line.max(axis=0) for line in lines], axis=0) - low).max())
        boards.append([path(30 + (line - low) * 240 / extent) for line in lines])
    return boards


def habits(random: Generator) -> list[Board]:
    """Return two boards for each habit of handwriting: its strokes have to be kept together by what they look like."""
    lines = [[stroke.points for stroke in by_hand(habit.lines(random), random)] for habit in HABITS for _ in range(2)]
    return [[path(line + 40) for line in one] for one in lines]


def numbers(count: int, random: Generator) -> list[Board]:
    """Return so many boards with two to four digits each, in one row or two."""
    boards = []
    for i in range(count):
        board, columns = [], 2 + i % 3
        for place in range(columns):
            row = place % 2 if i % 4 == 3 else 0
            for line in pen_digit(int(random.integers(10)), random):
                board.append(path((line - SIDE / 2) / columns + [SIDE * (place + 0.5) / columns, 75 + 150 * row], 8))
        boards.append(board)
    return boards


def marks(random: Generator) -> list[Board]:
    """Return boards with dots, with marks too small, beside a digit and alone, with next to nothing, and with too much.

    Symmetrical ones are among them: their middle falls between two pixels and must be rounded to the same side.
    """
    dot = np.full((2, 2), 150.0)
    dash = np.array([(140.0, 150.0), (146.0, 150.0)])
    ring = 150 + 60 * np.column_stack([f(np.linspace(0, 2 * np.pi, 40)) for f in (np.cos, np.sin)])
    cross = [np.array([(100.0, 100.0), (200.0, 200.0)]), np.array([(200.0, 100.0), (100.0, 200.0)])]
    seven = pen_digit(7, random)
    scattered = [random.uniform(0, SIDE, (1, 2)).repeat(2, axis=0) for _ in range(120)]
    hatched = [np.array([(x, 20.0), (x, 280.0)]) for x in np.linspace(10, 290, 110)]
    far = np.array([(1.0, 1.0), (200_000.0, 1.0)])
    lines: list[Lines] = [
        [],
        [dot],
        [dash],
        [dot, dot + 100, dot - 100],
        [*seven, np.full((2, 2), 4.0)],
        [*seven, np.array([(290.0, 290.0), (293.0, 294.0)])],
        [ring],
        [ring, dot],
        cross,
        [line * [1, 0.25] for line in cross],
        [np.array([(150.0, 20.0), (150.0, 280.0)])],
        [np.array([(20.0, 150.0), (280.0, 150.0)])],
        [np.array([(150.0, 20.0), (150.0, 280.0)]), np.array([(280.0, 100.0), (296.0, 100.0)])],
        scattered,
        scattered[:12],
        hatched,
        [far],
    ]
    boards = [[path(line, width) for line in one] for one in lines for width in (8, 40)]
    boards.append([{"type": "Circle", "radius": 5}, {"type": "Path", "path": [["A", 1, 2]]}, {"type": "Path"}])
    boards.append([path(seven[0]) | {"visible": False}, {"type": "Path", "path": []}])
    return boards


def moved(random: Generator) -> list[Board]:
    """Return boards whose strokes have been moved, scaled, turned, skewed and mirrored, and drawn by other commands."""
    boards = []
    for i in range(40):
        placed = {
            "left": random.uniform(50, 250),
            "top": random.uniform(50, 250),
            "originX": ("left", "center", "right")[i % 3],
            "originY": ("top", "center", "bottom")[i % 4 % 3],
            "scaleX": random.uniform(0.3, 1.6),
            "scaleY": random.uniform(0.3, 1.6),
            "angle": random.uniform(-40, 40),
            "skewX": random.uniform(-20, 20),
            "skewY": random.uniform(-10, 10),
            "flipX": i % 5 == 0,
            "flipY": i % 7 == 0,
            "strokeUniform": i % 2 == 0,
        }
        boards.append([path(line, BRUSHES[i % 5], **placed) for line in pen_digit(i % 10, random)])
    loop = [["M", 100, 50], ["C", 300, 60, 10, 280, 120, 260], ["L", 180, 200], ["Z"]]
    boards.append([{"type": "path", "path": loop, "strokeWidth": 20}])
    boards.append([{"type": "Path", "path": [["M", 60, 60], ["C", 60, 60, 60, 60, 60, 250]], "strokeWidth": 20}])
    return boards
