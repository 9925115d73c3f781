"""Two hyperparameters against each other: the plane cut into cells, with mean and interval in each. No torch."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from mnist_core.evaluation.intervals import mean_interval
from mnist_core.formatting import accuracy as written_accuracy
from mnist_core.sweeps.points import Point
from mnist_core.sweeps.space import Choices, Dimension, Value, written

_CELLS = 6
"""Across a range."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with at least one measured run."""

    column: int
    row: int
    accuracies: Sequence[float]
    """Of all runs in it: of several points and seeds."""

    @property
    def mean(self) -> float:
        """Of the accuracies."""
        return fmean(self.accuracies)

    @property
    def half(self) -> float | None:
        """Half the width of the mean's 95 % interval; None for a single run."""
        return mean_interval(self.accuracies)[1] if len(self.accuracies) > 1 else None


def names_of_cells(dimension: Dimension, levels: Sequence[Value] | None = None) -> list[str]:
    """Return what the cells across a dimension are called, from its lower end on.

    Args:
        dimension: a varied field.
        levels: of a grid, the values of a range; without them it is cut into equal parts.
    """
    if levels is not None or isinstance(dimension, Choices):
        return [written(value) for value in (levels or dimension.levels(0))]
    edges = dimension.levels(_CELLS + 1)
    return [f"{written(low)} to {written(high)}" for low, high in itertools.pairwise(edges)]


def cells(
    points: Sequence[Point],
    x: Dimension,
    y: Dimension,
    grid: dict[str, list[Value]] | None = None,
) -> list[Cell]:
    """Return the cells that have measured runs.

    Args:
        points: of a sweep.
        x: the field across.
        y: the field up.
        grid: of a grid, the values of all fields.
    """
    found: dict[tuple[int, int], list[float]] = {}
    for point in points:
        if point.state == "measured":
            place = tuple(_place(point.values[one.field], one, grid[one.field] if grid else None) for one in (x, y))
            found.setdefault((place[0], place[1]), []).extend(point.accuracies)
    return [Cell(*place, accuracies) for place, accuracies in sorted(found.items())]


def _place(value: Value, dimension: Dimension, levels: Sequence[Value] | None) -> int:
    if levels is not None:
        return list(levels).index(value) if value in levels else 0
    if isinstance(dimension, Choices):
        return dimension.values.index(value)
    low, high, here = dimension.low, dimension.high, float(value)
    if dimension.log:
        low, high, here = math.log(low), math.log(high), math.log(here)
    count = len(dimension.levels(_CELLS + 1)) - 1
    return min(int(count * (here - low) / (high - low)), count - 1)


def describe(found: Sequence[Cell], columns: Sequence[str], rows: Sequence[str], x: str, y: str) -> str:
    """Say where the good region lies, and how wide it is."""
    if len(found) < 2:
        return "The map begins with two cells in which something is measured."
    best = max(found, key=lambda cell: cell.mean)
    slack = max(best.half or 0.0, 0.005)
    good = [cell for cell in found if cell.mean >= best.mean - slack]
    where = f"{x} {columns[best.column]} with {y} {rows[best.row]}"
    said = f"Best cell: {where}, {written_accuracy(best.mean)}"
    if best.half is not None:
        said += f" ± {100 * best.half:.2f} (95 % interval, {len(best.accuracies)} runs)"
    near = f"{len(good) - 1} of the {len(found) - 1} others come within {100 * slack:.1f} points of it"
    shape = "the good region is broad" if len(good) > len(found) / 3 else "the good region is a narrow valley"
    return f"{said}; {near}: {shape}."
