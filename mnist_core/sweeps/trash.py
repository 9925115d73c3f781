"""Deleted sweeps: they lie in `.deleted` in the folder of sweeps, with their runs, and can be brought back. No torch.

Deleting and bringing back only rename directories, which works on a full disk too; `empty` frees the disk.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from mnist_core.asker import Asker
from mnist_core.errors import SweepError
from mnist_core.paths import runs_folder
from mnist_core.runs import lock
from mnist_core.runs.index import index_of
from mnist_core.runs.run import ACTIVE
from mnist_core.runs.store import TRASH
from mnist_core.runs.trash import deleted_folders, deleted_name, drop_the_oldest, id_of
from mnist_core.sweeps.sweep import FOLDER, Sweep, list_sweeps

KEPT = 3
"""How many deleted sweeps are kept of each who deletes, the last ones; of these, only those of the last week."""


def delete(sweep: Sweep, *, asker: Asker) -> None:
    """Move a sweep that runs no more to the deleted ones, with all its runs; who is killed meanwhile deletes it again.

    Raises:
        NotYoursError: it, or one of its runs, is not the asker's.
        SweepError: it is running, a run of it is under way, or something cannot be moved.
    """
    sweep.require(asker)
    with sweep.changing():
        if sweep.status() == "running":
            raise SweepError("the sweep is running: stop it, then delete it")
        runs = index_of(sweep.runs_folder).look(oldest=0.0).groups.get(sweep.id, ())
        if any(run.status(run.history()) in ACTIVE for run in runs):
            raise SweepError("runs of the sweep have yet to stop: wait a moment and delete it again")
        for run in runs:
            run.require(asker)
        trash = sweep.path.parent / TRASH
        try:
            for folder in (sweep.deleted_runs, trash):
                folder.mkdir(exist_ok=True)  # a sweep of before has none
            for run in runs:
                with lock.untouched(run.path):
                    run.path.rename(sweep.deleted_runs / run.id)
            sweep.path.rename(trash / deleted_name(sweep.id, asker=asker))
        except OSError as error:
            raise SweepError(f"the sweep {sweep.id} cannot be deleted: {error.strerror}") from error
    drop_the_oldest(trash, KEPT)


def deleted(folder: str | Path | None = None, *, asker: Asker) -> list[Sweep]:
    """Return the deleted sweeps that `asker` may bring back, the last deleted first: of the teacher, all."""
    trash = Path(folder or runs_folder(), FOLDER, TRASH)
    return [Sweep(path) for path, by in deleted_folders(trash) if asker.owns(by)]


def sweeps_of(owner: str, folder: str | Path | None = None) -> list[Sweep]:
    """Return all sweeps of a seat, those that are deleted too."""
    root = Path(folder or runs_folder())
    found = [*list_sweeps(root), *(Sweep(path) for path, _ in deleted_folders(root / FOLDER / TRASH))]
    return [sweep for sweep in found if sweep.owner() == owner]


def restore_last(folder: str | Path | None = None, *, asker: Asker) -> Sweep:
    """Undo the asker's last deletion and return the sweep, with its runs; a second call undoes the one before.

    Raises:
        SweepError: no deleted sweep is left, or something cannot be moved; then a second call goes on with it.
    """
    root = Path(folder or runs_folder())
    found = deleted(root, asker=asker)
    if not found:
        raise SweepError("no deleted sweep is left to bring back")
    there, sweep = found[0], Sweep(root / FOLDER / id_of(found[0].path))
    try:
        with contextlib.suppress(FileNotFoundError):
            for run in there.deleted_runs.iterdir():
                run.rename(root / run.name)
        there.path.rename(sweep.path)
    except OSError as error:
        raise SweepError(f"the sweep {sweep.id} cannot be brought back: {error.strerror}") from error
    return sweep


def empty(folder: str | Path | None = None, *, asker: Asker) -> int:
    """Remove for good the sweeps that `asker` has deleted, for the teacher all deleted ones; return how many.

    Raises:
        SweepError: some cannot be removed.
    """
    sweeps = deleted(folder, asker=asker)
    try:
        for sweep in sweeps:
            shutil.rmtree(sweep.path)
    except OSError as error:
        raise SweepError(f"the deleted sweeps cannot be removed: {error.strerror}") from error
    return len(sweeps)
