"""Which networks of a sweep are kept: those of its best points. The curves of all runs stay. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mnist_core.asker import Asker
from mnist_core.runs.networks import delete_networks, size_of
from mnist_core.runs.run import Run
from mnist_core.sweeps.points import Point, ranked


def keep_the_best(points: Sequence[Point], count: int, folder: str | Path, *, asker: Asker) -> None:
    """Delete the networks of all runs that have ended, but for the first run of each of the `count` best points.

    Raises:
        NotYoursError: a run is not the asker's.
        RunError: a network cannot be deleted.
    """
    best = ranked(points)[:count]
    kept = {run for point in best for run in point.runs[:1]}
    under_way = {run for point in points if point.state == "running" for run in point.runs}
    for run in {run for point in points for run in point.runs} - kept - under_way:
        delete_networks(Run(Path(folder) / run), asker=asker)


def disk_of(points: Sequence[Point], folder: str | Path) -> int:
    """Return how many bytes the runs of a sweep take."""
    runs = {run for point in points for run in point.runs}
    return sum(size_of(Run(Path(folder) / run)) for run in runs)
