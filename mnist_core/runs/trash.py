"""Deleted runs: they lie in `.deleted` in the folder of runs, so that a deletion can be undone. No torch."""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from pathlib import Path

from mnist_core.errors import RunError
from mnist_core.paths import runs_folder
from mnist_core.runs.run import ACTIVE, Run
from mnist_core.runs.store import free_path

KEPT = 20
"""How many deleted runs are kept, the last ones; of these, only those that were deleted in the last week."""
_WEEK = 7 * 24 * 3600 * 10**9

_NAME = re.compile(r"(\d{20})\.(.+)")
"""Nanoseconds since 1970 at its deletion, and the run's id."""


def delete(run: Run) -> None:
    """Move a run to the deleted ones; do nothing if it is gone already.

    Raises:
        RunError: it is under way or cannot be moved.
    """
    if not run.path.exists():
        return
    status = run.status(run.history())
    if status in ACTIVE:
        raise RunError(f"the run {run.id} is {status}: stop it on the Train page, then delete it")
    trash = run.path.parent / ".deleted"
    try:
        trash.mkdir(exist_ok=True)
        with run.lock():  # so that no process resumes it while it moves
            moved = run.path.rename(trash / f"{time.time_ns():020d}.{run.id}")
        (moved / "trainer").unlink(missing_ok=True)  # which the lock wrote and which has moved along
    except OSError as error:
        raise RunError(f"the run {run.id} cannot be deleted: {error.strerror}") from error
    _empty(trash)


def deleted(folder: str | Path | None = None) -> list[Run]:
    """Return the deleted runs, the last deleted first. Their ids begin with the time of deletion."""
    trash = Path(folder or runs_folder(), ".deleted")
    with contextlib.suppress(OSError):
        return [Run(p) for p in sorted(trash.iterdir(), reverse=True) if _NAME.fullmatch(p.name)]
    return []


def restore_last(folder: str | Path | None = None) -> Run:
    """Undo the last deletion and return the run; a second call undoes the one before.

    Raises:
        RunError: no deleted run is left, or it cannot be moved.
    """
    root = Path(folder or runs_folder())
    found = deleted(root)
    if not found:
        raise RunError("no deleted run is left to bring back")
    match = _NAME.fullmatch(found[0].path.name)
    assert match
    try:
        return Run(found[0].path.rename(free_path(match[2], root)))
    except OSError as error:
        raise RunError(f"the run {match[2]} cannot be brought back: {error.strerror}") from error


def _empty(trash: Path) -> None:
    oldest = f"{time.time_ns() - _WEEK:020d}"
    for place, run in enumerate(deleted(trash.parent)):
        if place >= KEPT or run.path.name < oldest:
            shutil.rmtree(run.path, ignore_errors=True)
