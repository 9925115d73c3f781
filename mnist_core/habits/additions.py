"""Habits added to digits that people drew: a slash through a 0, a bar through a 7, strokes of a 4 or a 5 moved apart.

What is added fits the digit's own hand better than a digit made up altogether. NumPy only.
"""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
from numpy.random import Generator

from mnist_core.drawing.lines import Lines, line
from mnist_core.drawing.strokes import Stroke, outline


def add_habit(digit: int, lines: Lines, random: Generator) -> Lines:
    """Return a drawn digit with a habit added where there is one that suits it; else the same lines.

    Args:
        digit: 0 to 9, what was drawn.
        lines: arrays (N, 2) of points, x to the right and y downwards, in any unit, in the order they were drawn.
        random: chooses the form of the habit.
    """
    if digit == 0:
        return slash_zero(lines, random)
    if digit == 7 and len(lines) == 1:
        return cross_seven(lines, random)
    if digit == 4 and len(lines) == 2:
        return part_four(lines, random)
    if digit == 5 and len(lines) == 2:
        return part_five(lines, random)
    return lines


def slash_zero(lines: Lines, random: Generator) -> Lines:
    """Return a 0 with a straight line through its middle: a slash, or an upright or a level bar."""
    low, high = _corners(lines)
    angle = pi * random.choice([random.uniform(0.1, 0.4), random.uniform(-0.08, 0.1), random.uniform(0.42, 0.9)])
    # As far as the ring reaches in this direction, and more or less of it.
    reach = random.uniform(0.5, 1.6) * np.hypot((high - low)[0] * cos(angle), (high - low)[1] * sin(angle)) / 2
    x, y = (low + high) / 2 + random.normal(0, 0.05, 2) * (high - low)
    dx, dy = reach * cos(angle), reach * sin(angle)
    return [*lines, line((x - dx, y + dy), (x + dx, y - dy))]


def cross_seven(lines: Lines, random: Generator) -> Lines:
    """Return a 7 of one stroke with a bar through its stem."""
    low, high = _corners(lines)
    dense = outline(Stroke(lines[0], 1.0))
    stem = dense[len(dense) // 2 :]
    x, y = stem[np.abs(stem[:, 1] - (low[1] + random.uniform(0.4, 0.65) * (high - low)[1])).argmin()]
    left, right = random.uniform(0.12, 0.35, 2) * (high - low)[1]
    rise = random.normal(0, 0.06) * (high - low)[1]
    return [*lines, line((x - left, y + rise), (x + right, y - rise))]


def part_four(lines: Lines, random: Generator) -> Lines:
    """Return a 4 of two strokes with the right one moved so far that they do not touch."""
    order = sorted(range(2), key=lambda i: float(lines[i][:, 0].min()))
    height = np.ptp(np.concatenate(lines)[:, 1])
    corner, stem = lines[order[0]], lines[order[1]]
    # The corner's bar is level with some part of the stem: the gap is measured there.
    dense = outline(Stroke(stem, 1.0))
    beside = dense[np.abs(dense[:, 1] - corner[corner[:, 0].argmax(), 1]).argmin(), 0]
    away = corner[:, 0].max() - beside + random.uniform(0.03, 0.3) * height
    return [points + np.array([away, 0.0]) if i == order[1] else points for i, points in enumerate(lines)]


def part_five(lines: Lines, random: Generator) -> Lines:
    """Return a 5 of two strokes with its bar moved up and aside, so that it stands apart."""
    height = np.ptp(np.concatenate(lines)[:, 1])
    bar = min(range(2), key=lambda i: float(np.ptp(lines[i][:, 1])))
    by = np.array([random.uniform(-0.05, 0.2), -random.uniform(0.0, 0.2)]) * height
    return [points + by if i == bar else points for i, points in enumerate(lines)]


def _corners(lines: Lines) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate(lines)
    return points.min(axis=0), points.max(axis=0)
