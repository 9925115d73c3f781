"""Repetitions of a run with other seeds: how much of its accuracy is chance. No torch.

Two seeds decide what chance decides in a run: one the initial weights, the other the order of the images, the
augmentation and the dropout. A repetition changes both seeds and nothing else. A fine-tuning has its own initial
weights, so in its repetitions only the second seed matters.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.asker import Asker
from mnist_core.errors import RunError
from mnist_core.evaluation.intervals import mean_interval
from mnist_core.runs.index import Listing, index_of
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, discard

FEWEST, MOST = 3, 10
"""Repetitions at once: fewer than three give no useful interval, more than ten keep a whole class waiting."""
SWEEP = "sweep-"
"""What the id of a sweep begins with, which is the group of its runs: they are no repetitions of each other."""
_SEEDS = 2**31
_POINTS = 60


def repeat(run: Run, count: int, folder: str | Path | None = None, *, asker: Asker) -> list[Run]:
    """Queue `count` repetitions of a run and return them. Those of a run that was repeated before join its group.

    The run itself is not in the group: somebody may have chosen it because chance favoured it. It may be anybody's, and
    nothing of it is changed: its repetitions belong to who asks for them.

    Args:
        run: what to repeat; of a repetition, more members of its group are made.
        count: how many.
        folder: where runs are kept, if not in this installation's folder.
        asker: who asks.

    Raises:
        RunError: repetitions of this owner still wait for their turn, or the folder of runs cannot be written.
        ValueError: `count` is not within FEWEST..MOST.
    """
    if not FEWEST <= count <= MOST:
        raise ValueError(f"expected {FEWEST} to {MOST} repetitions, received {count}")
    others = index_of(folder).look(oldest=0.0)
    queued = [e for e in others.active if e.queue_number is not None and e.owner == asker.owner]
    waiting = [e for e in queued if e.group and not e.group.startswith(SWEEP)]
    if waiting:
        raise RunError(
            f"{len(waiting)} repetition(s) still wait for their turn: wait for them, or stop them on the Train page"
        )
    name, config = run.description()["name"], run.config()
    group = group_of(run)
    taken = {config.seed} | {other.config().seed for other in members(group, others)}
    fine_tuning = run.fine_tuning.read_bytes() if run.fine_tuning.exists() else b""
    made: list[Run] = []
    seeds = ((config.seed + i) % _SEEDS for i in itertools.count(1))
    try:
        for seed in itertools.islice((seed for seed in seeds if seed not in taken), count):
            changed = config.replace(seed=seed, shuffle_seed=seed)
            made.append(create_run(changed, name, folder, asker=asker, group=group, fine_tuning=fine_tuning))
        for repetition in made:
            repetition.enqueue(asker=asker)
    except RunError:  # the disk is full: all of them or none
        for repetition in made:
            discard(repetition, asker=asker)
        raise
    return made


def group_of(run: Run) -> str:
    """Return the group of a run's repetitions: the one that it is in if it is a repetition itself, else its own id."""
    group = run.group()
    return run.id if group.startswith(SWEEP) else group or run.id


def members(group: str, listing: Listing) -> list[Run]:
    """Return the repetitions of the run of that id that can be read, the newest first."""
    return [run for run in listing.groups.get(group, ()) if _can_be_read(run)]


def _can_be_read(run: Run) -> bool:
    try:
        run.config()
    except RunError:  # damaged by hand
        return False
    return True


@dataclass(frozen=True, slots=True)
class Band:
    """The mean of several curves with its 95 % interval, all (P,)."""

    x: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def band(curves: Sequence[Sequence[tuple[float, float]]], most: float = np.inf) -> Band | None:
    """Return the mean of two or more curves with its 95 % interval, over the stretch that all of them cover.

    Within an epoch, validation is measured by the clock, so the curves have points at different places: between two
    points a curve is a straight line.

    Args:
        curves: each a list of points (x, y), in rising order of x.
        most: the largest value that y can have; the interval ends there, and at 0.

    Returns:
        The band; None where fewer than two curves have points, or they have no stretch in common.
    """
    drawn = [np.array(points, dtype=np.float64).T for points in curves if points]
    if len(drawn) < 2:
        return None
    first, last = max(x[0] for x, _ in drawn), min(x[-1] for x, _ in drawn)
    if first > last:
        return None
    at = np.linspace(first, last, _POINTS) if first < last else np.array([first])
    values = np.array([np.interp(at, x, y) for x, y in drawn])  # (curves, P)
    mean, half = np.array([mean_interval(column.tolist()) for column in values.T]).T
    return Band(at, mean, np.maximum(mean - half, 0), np.minimum(mean + half, most))
