"""The processes that another one has started."""

import contextlib
import os

import psutil


def running(module: str, *, of: int | None = None) -> list[psutil.Process]:
    """Return the processes below the one `of` (a process id; else this one) that execute a module of the project.

    Those that have ended and wait to be reaped are none of them.
    """
    found = []
    for process in psutil.Process(of or os.getpid()).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # a process that waits to be reaped is one that is gone
            found += [process] if module in " ".join(process.cmdline()) else []
    return found
