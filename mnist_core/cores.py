"""How many processor cores this process may use. No torch."""

from __future__ import annotations

import os


def cores() -> int:
    """Count the cores this process may use; a container's share can be far below os.cpu_count()."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
