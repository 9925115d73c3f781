"""How many processor cores this process may use, and how trainings share them. No torch."""

from __future__ import annotations

import os


def cores() -> int:
    """Count the cores this process may use; a container's share can be far below os.cpu_count()."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_out(cores: int) -> tuple[int, int]:
    """Return how many runs `cores` bear at once, and the threads of each: (places, threads).

    One core stays free for the server and the browser. The threads of a training wait for each other many times a step,
    so one that loses its core holds up all: beside one busy process on two cores, two threads train at less than half
    the speed of one (`python -m benchmarks.threads`).
    """
    places = max(1, cores // 4)
    return places, max(1, (cores - 1) // places)
