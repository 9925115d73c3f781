"""The networks in a run's directory, which take nearly all of its space: their size, and their deletion. No torch."""

from __future__ import annotations

from pathlib import Path

from mnist_core.asker import Asker
from mnist_core.errors import RunError
from mnist_core.runs import lock
from mnist_core.runs.run import ACTIVE, Run


def size_of(run: Run) -> int:
    """Return how many bytes a run's directory takes; 0 if it has been deleted."""
    try:
        return sum(path.stat().st_size for path in run.path.iterdir())
    except OSError:
        return 0


def delete_networks(run: Run, *, asker: Asker) -> None:
    """Delete a run's networks and what a resume needs; its settings, events and notes stay, and so do its curves.

    Nothing happens where there are none, or where the run has been deleted.

    Raises:
        NotYoursError: it is not the asker's.
        RunError: it is under way, or a file cannot be deleted.
    """
    files = _files(run)
    if not files:
        return
    run.require(asker)
    status = run.status(run.history())
    if status in ACTIVE:
        raise RunError(f"the run {run.id} is {status}: its networks can be deleted when it has ended")
    try:
        with lock.untouched(run.path):
            for file in files:
                file.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"the networks of the run {run.id} cannot be deleted: {error.strerror}") from error


def _files(run: Run) -> list[Path]:
    files = [run.snapshot, run.state, *(run.epoch_checkpoint(epoch) for epoch in run.epochs())]
    return [file for file in files if file.exists()]
