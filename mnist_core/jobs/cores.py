"""How many processor cores this process may use, and how trainings share them. No torch."""

from __future__ import annotations

import os


def cores() -> int:
    """Count the cores this process may use; a container's share can be far below os.cpu_count()."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_out(cores: int) -> tuple[int, int]:
    """Return how many runs `cores` bear at once, and the threads that each may have: (places, threads).

    Of more than two cores one stays free for the server and the browser. Of two, what was measured beside a busy
    process decides whether a second thread is worth the second core (`mnist_core.jobs.choice`).
    """
    places = max(1, cores // 4)
    return places, max(min(cores, 2), (cores - 1) // places)
