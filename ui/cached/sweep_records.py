"""Cached access to sweeps and to the thread that carries them on, shared by all sessions and bounded."""

from __future__ import annotations

from pathlib import Path

from mnist_core.paths import runs_folder
from mnist_core.sweeps.points import Count, Point
from mnist_core.sweeps.study import Study
from mnist_core.sweeps.sweep import Sweep
from mnist_core.sweeps.sweeps import Sweeps
from ui.cached import drawings, run_records
from ui.cached.owned import Kept, Singleton


def carry_on() -> None:
    """See to it that the server carries on the sweeps that are running, those of before its start too."""
    _sweeps.of(str(runs_folder()))


_sweeps = Singleton(lambda folder: Sweeps(folder, run_records.jobs, lambda: drawings.drawings()[0]), Sweeps.close)


def points(sweep: Sweep) -> list[Point]:
    """Return the points of a sweep; its journal is read on from where the last look ended.

    Raises:
        SweepError: it cannot be read.
    """
    if not sweep.journal.exists():  # opening it would begin it
        return []
    return _studies.get(sweep.path, lambda: Study(sweep)).points()


def importance(sweep: Sweep) -> dict[str, float] | None:
    """Return how much each hyperparameter matters, computed once for each number of measured points.

    Raises:
        SweepError: the journal cannot be read.
    """
    measured = Count.of(points(sweep)).measured
    if not measured:
        return None
    (found,) = _importance.get((sweep.path, measured), lambda: (Study(sweep).importance(),))
    return found


def forget() -> None:
    """Forget what is kept of sweeps."""
    _studies.clear()
    _importance.clear()


_studies: Kept[Path, Study] = Kept(8)
_importance: Kept[tuple[Path, int], tuple[dict[str, float] | None]] = Kept(16)
