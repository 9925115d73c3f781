"""How a process that computes stands back behind the server: it gets less of the processor, and is ended before it.

No torch.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_NICE = 10
"""How much less urgent it is, as Unix counts it."""


def give_way() -> None:
    """Let every other process go first; where the system knows no priorities, do nothing.

    Linux shares a processor among sessions first and then, in each of them, among processes (sched(7), autogroup). A
    process that leads a session of its own, as workers do, would have as much as a server with forty learners.
    """
    if hasattr(os, "nice"):
        os.nice(_NICE)
        if os.getsid(0) == os.getpid():
            with contextlib.suppress(OSError):  # other systems, and a Linux that does not group by session
                Path("/proc/self/autogroup").write_text(str(_NICE))


def be_first_to_end() -> None:
    """When memory runs out, let Linux end this process rather than the server, which everybody uses."""
    with contextlib.suppress(OSError):  # other systems
        Path("/proc/self/oom_score_adj").write_text("800")
