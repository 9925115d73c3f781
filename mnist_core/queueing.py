"""When a run that waits may begin: pure functions over seconds. No torch."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from mnist_core.architecture import layers
from mnist_core.config import TrainConfig
from mnist_core.history import History


def expected_starts(places: int, left: Sequence[float | None], lengths: Sequence[float | None]) -> list[float | None]:
    """Return in how many seconds each waiting run should begin, the first in the queue first; None: nobody knows.

    Args:
        places: runs that may train at once.
        left: seconds to go of each run that trains now; None for one whose pace is unknown or that is paused.
        lengths: seconds that each waiting run should take.
    """
    unknown = float("inf")
    free = [0.0] * (places - len(left)) + [unknown if seconds is None else seconds for seconds in left]
    heapq.heapify(free)
    starts = []
    for length in lengths:
        begin = heapq.heappop(free)
        starts.append(None if begin == unknown else begin)
        heapq.heappush(free, begin + (unknown if length is None else length))
    return starts


def expected_seconds(config: TrainConfig, known: History, known_config: TrainConfig) -> float | None:
    """Return about how many seconds `config` should take, from the pace of another run; None before it has one.

    Both are taken to spend the same time on a multiply-add, which is near the truth for networks of like size.
    """
    if not known.step:
        return None
    per_multiply_add = known.seconds / (known.step * known_config.batch_size * _multiply_adds(known_config))
    return per_multiply_add * config.train_size * config.epochs * _multiply_adds(config)


def _multiply_adds(config: TrainConfig) -> int:
    return sum(layer.multiply_adds for layer in layers(config))
