"""One process at a time trains a run: the lock in its directory, and the process that holds it. No torch."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from mnist_core.errors import RunError
from mnist_core.storage.atomic import write_atomically

_DYING = 5.0
"""Seconds that a process of some gigabytes may take to end."""


@contextlib.contextmanager
def claim(folder: str | Path) -> Iterator[None]:
    """Be the one process that trains the run in `folder`, as long as the context lasts.

    Raises:
        RunError: another process is at it, or there is no such directory.
        OSError: the directory cannot be written.
    """
    folder = Path(folder)
    if not folder.is_dir():  # the lock would make one
        raise RunError(f"there is no run {folder.name!r}: it may have been deleted")
    try:
        # One who holds the lock and is not alive was killed, and lets go of it in a moment.
        lock = FileLock(folder / "lock").acquire(timeout=0 if is_alive(folder) else _DYING)
    except Timeout as error:
        raise RunError(f"the run {folder.name} is already being trained by another process") from error
    me = psutil.Process()
    with lock:
        try:
            write_atomically(folder / "trainer", json.dumps([me.pid, me.create_time()]))
            yield
        finally:
            (folder / "trainer").unlink(missing_ok=True)


def is_alive(folder: str | Path) -> bool:
    """Whether a process, started by whomever, trains the run in `folder` now."""
    try:
        pid, born = json.loads(Path(folder, "trainer").read_text())
        process = psutil.Process(pid)
        # A second's tolerance: the system derives the time from its clock, which may have been set since.
        return abs(process.create_time() - born) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, TypeError, RecursionError, psutil.Error):
        return False
