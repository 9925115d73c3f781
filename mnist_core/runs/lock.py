"""The lock of a run: one process at a time trains it. Also tells whether one does. No torch.

The lock tells, and no clock, number of a process or file that was left over: the system takes it from a process that
ends, however it ends, and none outlives a boot.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from mnist_core.errors import RunError, RunLockedError
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most

TRAINER = "trainer"
"""The file that a process which has begun to train leaves behind if it is killed."""
_LOCK = "lock"
_DYING = 5.0
"""Seconds that a process of some gigabytes may take to end."""


@contextlib.contextmanager
def lock(folder: str | Path) -> Iterator[None]:
    """Let no other process train the run in `folder` as long as the context lasts.

    Raises:
        RunLockedError: another process trains it.
        RunError: there is no such directory.
        OSError: the directory cannot be written.
    """
    folder = Path(folder)
    if not folder.is_dir():  # the lock would make one
        raise RunError(f"there is no run {folder.name!r}: it may have been deleted")
    # Who asks whether the lock is held holds it for a moment, and a process that was killed for a moment more.
    wait = 0 if is_alive(folder) and not _is_dying(folder) else _DYING
    try:
        held = FileLock(folder / _LOCK).acquire(timeout=wait, poll_interval=0.01)
    except Timeout as error:
        raise RunLockedError(f"the run {folder.name} is already being trained by another process") from error
    with held:
        try:
            write_atomically(folder / TRAINER, str(os.getpid()))
            yield
        finally:
            (folder / TRAINER).unlink(missing_ok=True)


@contextlib.contextmanager
def untouched(folder: str | Path) -> Iterator[None]:
    """Let no process begin to train the run in `folder` as long as the context lasts; write nothing into it.

    On a full disk the lock may be impossible to take; no process can begin a training there either.

    Raises:
        RunError: a process trains it.
    """
    held = FileLock(Path(folder) / _LOCK)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(held.acquire(timeout=0 if is_alive(folder) else _DYING))
        except Timeout as error:  # an OSError, too
            raise RunError(f"the run {Path(folder).name} is being trained by another process") from error
        except OSError:
            pass
        yield


def is_alive(folder: str | Path) -> bool:
    """Return whether a process trains the run in `folder` now, whoever started it."""
    return Path(folder, TRAINER).exists() and _is_held(Path(folder, _LOCK))


def _is_held(path: Path) -> bool:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who ask do not take each other for a worker
    except OSError:
        return True
    finally:
        os.close(file)
    return False


def _is_dying(folder: Path) -> bool:
    """Return whether the process that holds the lock was killed and will let go of it in a moment."""
    try:
        process = psutil.Process(int(read_at_most(folder / TRAINER)))
        return process.status() == psutil.STATUS_ZOMBIE
    except (ValueError, OverflowError, psutil.NoSuchProcess):
        return True
    except (OSError, psutil.Error):
        return False
