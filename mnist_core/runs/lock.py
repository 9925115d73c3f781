"""The lock of a run: one process at a time trains it. Also tells which process that is. No torch."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from mnist_core.errors import RunError
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most

_DYING = 5.0
"""Seconds that a process of some gigabytes may take to end."""


@contextlib.contextmanager
def lock(folder: str | Path) -> Iterator[None]:
    """Let no other process train the run in `folder` as long as the context lasts.

    Raises:
        RunError: another process trains it, or there is no such directory.
        OSError: the directory cannot be written.
    """
    folder = Path(folder)
    if not folder.is_dir():  # the lock would make one
        raise RunError(f"there is no run {folder.name!r}: it may have been deleted")
    try:
        # A process that holds the lock and is not alive was killed; the system frees the lock in a moment.
        held = FileLock(folder / "lock").acquire(timeout=0 if is_alive(folder) else _DYING)
    except Timeout as error:
        raise RunError(f"the run {folder.name} is already being trained by another process") from error
    me = psutil.Process()
    with held:
        try:
            write_atomically(folder / "trainer", json.dumps([me.pid, me.create_time()]))
            yield
        finally:
            (folder / "trainer").unlink(missing_ok=True)


def is_alive(folder: str | Path) -> bool:
    """Return whether a process trains the run in `folder` now, whoever started it."""
    try:
        pid, born = json.loads(read_at_most(Path(folder, "trainer")))
        process = psutil.Process(pid)
        # A second's tolerance: the system derives the time from its clock, which may have been set since.
        return abs(process.create_time() - born) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, TypeError, OverflowError, RecursionError, psutil.Error):
        return False
