"""The same run over several seeds: how much of its accuracy is luck. No torch.

Two seeds decide what is left to chance in a run: the initial weights, and the order of the images with all that is
drawn along with it. A repetition changes both and nothing else.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import RunError
from mnist_core.evaluation.intervals import mean_interval
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, list_runs

FEWEST, MOST = 3, 10
"""Repetitions at once: fewer than three give no useful interval, more than ten keep a whole class waiting."""
_SEEDS = 2**31
_POINTS = 60


def repeat(run: Run, count: int, folder: str | Path | None = None, *, visitor: str = "") -> list[Run]:
    """Queue `count` repetitions of a run. More of a run that was repeated before, or of a repetition, join the others.

    The run itself does not count as one: it may have been chosen because it was lucky. `visitor` is an anonymous key of
    who asks.

    Raises:
        RunError: repetitions of this visitor still wait for their turn, or the folder of runs cannot be written.
        ValueError: `count` is not within FEWEST..MOST.
    """
    if not FEWEST <= count <= MOST:
        raise ValueError(f"expected {FEWEST} to {MOST} repetitions, received {count}")
    others = list_runs(folder)
    waiting = [o for o in others if o.queued_since() is not None and _group(o) and o.visitor() == visitor]
    if waiting:
        raise RunError(
            f"{len(waiting)} repetition(s) still wait for their turn: wait for them, or stop them on the Train page"
        )
    name, config = run.description()["name"], run.config()
    group = run.group() or run.id
    taken = {config.seed} | {other.config().seed for other in members(group, others)}
    lesson = run.lesson.read_bytes() if run.lesson.exists() else b""
    made: list[Run] = []
    for seed in ((config.seed + i) % _SEEDS for i in itertools.count(1)):
        if len(made) == count:
            break
        if seed not in taken:
            changed = config.replace(seed=seed, shuffle_seed=seed)
            made.append(create_run(changed, name, folder, visitor=visitor, group=group, lesson=lesson))
    for repetition in made:
        repetition.enqueue()
    return made


def members(group: str, runs: Sequence[Run]) -> list[Run]:
    """Return the repetitions of the run of that id among `runs`, the newest first if `runs` are."""
    return [run for run in runs if _group(run) == group]


def _group(run: Run) -> str:
    try:
        run.config()
    except RunError:  # one that was damaged by hand belongs to no group
        return ""
    return run.group()


@dataclass(frozen=True, slots=True)
class Band:
    """The mean of several curves with its 95 % interval, all (P,)."""

    x: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def band(curves: Sequence[Sequence[tuple[float, float]]], most: float = np.inf) -> Band | None:
    """Return the band of two or more curves over the stretch that all of them cover; None without one.

    No value is below 0 or above `most`, and so neither is the band.

    Within an epoch, validation is measured by the clock: each curve is read between its points on a straight line.
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
