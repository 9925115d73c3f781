"""How a process that computes stands back behind the server: it gets less of the processor, and is ended before it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_NICE = 10
"""How much less urgent it is, as Unix counts it."""


def give_way() -> None:
    """Let every other process go first; where the system knows no priorities, do nothing."""
    if hasattr(os, "nice"):
        os.nice(_NICE)


def be_first_to_end() -> None:
    """When memory runs out, let Linux end this process rather than the server, which everybody uses."""
    with contextlib.suppress(OSError):  # other systems
        Path("/proc/self/oom_score_adj").write_text("800")
