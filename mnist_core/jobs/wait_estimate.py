"""When a run that waits may begin: pure functions over seconds. No torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.architecture import multiply_adds
from mnist_core.config import TrainConfig
from mnist_core.history import History
from mnist_core.jobs.machine import Measured
from mnist_core.presets import preset

_MEASUREMENT_COUNTS = 3.0
"""Seconds of training that the measurement of the machine counts as much as: a run's first second, in which torch makes
itself ready, tells less."""

Visited = tuple[str, float | None]
"""Of a run, the seat that it belongs to, or "" for none, and seconds: how long it will take; None: nobody knows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How long a network took to train on some images."""

    multiply_adds: int
    """Of one image's forward pass."""
    images: float
    seconds: float


def pace_of(config: TrainConfig, history: History) -> Pace:
    """Return the pace of a run so far."""
    return Pace(multiply_adds=multiply_adds(config), images=history.step * config.batch_size, seconds=history.seconds)


def measured_paces(measured: Measured | None) -> list[Pace]:
    """Return the paces of the presets that were measured on this machine beside other work, the fastest way of each."""
    if measured is None:
        return []
    steps: dict[str, float] = {}
    for timing in measured.timings:
        steps[timing.network] = min(timing.beside, steps.get(timing.network, math.inf))
    return [
        Pace(
            multiply_adds=multiply_adds(preset(name)),
            images=_MEASUREMENT_COUNTS / seconds * preset(name).batch_size,
            seconds=_MEASUREMENT_COUNTS,
        )
        for name, seconds in steps.items()
    ]


def expected_seconds(config: TrainConfig, steps: int, paces: Sequence[Pace]) -> float | None:
    """Return about how many seconds `steps` steps of `config` should take; None where no pace is known.

    They are taken to spend as long on a multiply-add as the network whose size is nearest.
    """
    known = [pace for pace in paces if pace.images > 0]
    if not known:
        return None
    wanted = max(1, multiply_adds(config))
    nearest = min((max(1, pace.multiply_adds) for pace in known), key=lambda size: abs(math.log(size / wanted)))
    alike = [pace for pace in known if max(1, pace.multiply_adds) == nearest]
    each = sum(pace.seconds for pace in alike) / sum(pace.images for pace in alike)
    return each * wanted / nearest * config.batch_size * steps


def expected_starts(places: int, working: Sequence[Visited], waiting: Sequence[Visited]) -> list[float | None]:
    """Return in how many seconds each waiting run should begin, the first in the queue first; None: nobody knows.

    As `Jobs` has it, a free place goes to the first in the queue whose owner has no run at work.

    Args:
        places: runs that may train at once.
        working: the runs that train now; seconds to go, None for one whose pace is unknown or that is paused.
        waiting: the queue; seconds that each run should take.
    """
    ends = [_ending(0.0, run) for run in working]
    starts: list[float | None] = [None] * len(waiting)
    left, now = list(range(len(waiting))), 0.0
    while left:
        at_work = {owner for _, owner in ends if owner}
        next_one = next((i for i in left if waiting[i][0] not in at_work), None)
        if next_one is not None and len(ends) < places:
            starts[next_one] = now
            ends.append(_ending(now, waiting[next_one]))
            left.remove(next_one)
            continue
        first = min(ends)
        if first[0] == math.inf:
            break
        now = first[0]
        ends.remove(first)
    return starts


def _ending(now: float, run: Visited) -> tuple[float, str]:
    owner, seconds = run
    return (math.inf if seconds is None else now + seconds), owner
