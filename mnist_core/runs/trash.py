"""Deleted runs: they lie in `.deleted` in the folder of runs, so that a deletion can be undone. No torch.

Deleting and bringing back only rename a directory, which works on a full disk too; `empty` frees the disk.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections import Counter
from pathlib import Path

from mnist_core.asker import Asker
from mnist_core.errors import RunError
from mnist_core.paths import runs_folder
from mnist_core.runs import lock
from mnist_core.runs.run import ACTIVE, Run
from mnist_core.runs.store import TRASH, free_path

KEPT = 20
"""How many deleted runs are kept of each who deletes, the last ones; of these, only those of the last week."""
_WEEK = 7 * 24 * 3600 * 10**9

_NAME = re.compile(r"(\d{20})\.(?:([0-9a-f]{16}|-)\.)?([^.]+)")
"""Nanoseconds since 1970 at its deletion, the seat that deleted it or "-" for others, and the run's id."""


def delete(run: Run, *, asker: Asker) -> None:
    """Move a run to the deleted ones; do nothing if it is gone already.

    Raises:
        NotYoursError: it is not the asker's.
        RunError: it is under way or cannot be moved.
    """
    if not run.path.exists():
        return
    run.require(asker)
    status = run.status(run.history())
    if status in ACTIVE:
        raise RunError(f"the run {run.id} is {status}: stop it on the Train page, then delete it")
    trash = run.path.parent / TRASH
    try:
        trash.mkdir(exist_ok=True)
        with lock.untouched(run.path):
            run.path.rename(trash / deleted_name(run.id, asker=asker))
    except OSError as error:
        raise RunError(f"the run {run.id} cannot be deleted: {error.strerror}") from error
    drop_the_oldest(trash, KEPT)


def deleted(folder: str | Path | None = None, *, asker: Asker) -> list[Run]:
    """Return the deleted runs that `asker` may bring back, the last deleted first.

    These are the ones it deleted itself; for the teacher, all. Their ids begin with the time of deletion.
    """
    return [Run(path) for path, by in deleted_folders(Path(folder or runs_folder(), TRASH)) if asker.owns(by)]


def restore_last(folder: str | Path | None = None, *, asker: Asker) -> Run:
    """Undo the asker's last deletion and return the run; a second call undoes the one before.

    Raises:
        RunError: no deleted run is left, or it cannot be moved.
    """
    root = Path(folder or runs_folder())
    found = deleted(root, asker=asker)
    if not found:
        raise RunError("no deleted run is left to bring back")
    run_id = id_of(found[0].path)
    try:
        return Run(found[0].path.rename(free_path(run_id, root)))
    except OSError as error:
        raise RunError(f"the run {run_id} cannot be brought back: {error.strerror}") from error


def deleted_name(name: str, *, asker: Asker) -> str:
    """Return the name under which what is called `name` lies among the deleted ones, if `asker` deletes it now."""
    return f"{time.time_ns():020d}.{asker.owner or '-'}.{name}"


def id_of(path: str | Path) -> str:
    """Return the id that a deleted run, or a deleted sweep, had and will have again."""
    name = Path(path).name
    match = _NAME.fullmatch(name)
    return match[3] if match else name


def empty(folder: str | Path | None = None, *, asker: Asker) -> int:
    """Remove for good the runs that `asker` has deleted, for the teacher all deleted ones; return how many.

    Raises:
        RunError: some cannot be removed.
    """
    runs = deleted(folder, asker=asker)
    try:
        for run in runs:
            shutil.rmtree(run.path)
    except OSError as error:
        raise RunError(f"the deleted runs cannot be removed: {error.strerror}") from error
    return len(runs)


def deleted_folders(trash: str | Path) -> list[tuple[Path, str]]:
    """Return what lies in a folder of deleted ones, the last deleted first, each with the seat that deleted it."""
    try:
        found = [(path, match) for path in Path(trash).iterdir() if (match := _NAME.fullmatch(path.name))]
    except OSError:
        return []
    found.sort(key=lambda entry: entry[0].name, reverse=True)
    return [(path, (match[2] or "").strip("-")) for path, match in found]


def drop_the_oldest(trash: str | Path, kept: int) -> None:
    """Remove from a folder of deleted ones all but the last `kept` of each who deletes, and what is older than a week.

    What cannot be removed stays until the next time.
    """
    oldest = f"{time.time_ns() - _WEEK:020d}"
    count: Counter[str] = Counter()
    for path, by in deleted_folders(trash):
        count[by] += 1
        if count[by] > kept or path.name < oldest:
            with contextlib.suppress(OSError):
                shutil.rmtree(path)
