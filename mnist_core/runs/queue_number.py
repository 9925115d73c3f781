"""Numbers of the queue: who is queued later has a higher one, whatever any clock says. No torch."""

from __future__ import annotations

import time
from pathlib import Path

from filelock import FileLock

from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most

_FILE, _LOCK = ".queue-number", ".queue-number.lock"


def next_number(folder: str | Path) -> int:
    """Return a number higher than all that any process has been given for this folder of runs.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = Path(folder)
    with FileLock(folder / _LOCK):
        number = _last(folder / _FILE) + 1
        write_atomically(folder / _FILE, str(number))
    return number


def _last(file: Path) -> int:
    try:
        return int(read_at_most(file))
    except (OSError, ValueError):
        # The first one, or the file has gone or was edited. Runs may wait all the same, with numbers that began at an
        # earlier time and have risen by one a run; versions before wrote the time itself.
        return int(time.time())
