"""When a run that waits may begin: pure functions over seconds. No torch."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mnist_core.architecture import multiply_adds
from mnist_core.config import TrainConfig
from mnist_core.history import History

Visited = tuple[str, float | None]
"""Of a run, the seat that it belongs to, or "" for none, and seconds: how long it will take; None: nobody knows."""


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


def expected_seconds(config: TrainConfig, known: History, known_config: TrainConfig) -> float | None:
    """Return about how many seconds `config` should take, from the pace of another run; None before it has one.

    Both are taken to spend the same time on a multiply-add, which is near the truth for networks of like size.
    """
    if not known.step:
        return None
    per_multiply_add = known.seconds / (known.step * known_config.batch_size * multiply_adds(known_config))
    seconds = per_multiply_add * config.train_size * config.epochs * multiply_adds(config)
    return min(seconds, config.max_seconds) if config.max_seconds else seconds
