"""The class's runs as points: a hyperparameter against accuracy or seconds, with what was expected. No torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.predictions import predictions
from mnist_core.classroom.seats import Seat
from mnist_core.classroom.tasks import is_since
from mnist_core.config import TrainConfig
from mnist_core.errors import RunError
from mnist_core.formatting import in_words
from mnist_core.history import History
from mnist_core.runs.run import Run


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of the class."""

    run: str
    seat: str
    config: TrainConfig
    accuracy: float | None
    """On the test images, 0 to 1; None before the run has finished."""
    expected: float | None
    """What the seat expected; None where it did not say."""
    seconds: float
    """Of training, so far."""

    def setting(self, name: str) -> float | str:
        """Return a hyperparameter: a number, or a text where it is none."""
        value: Any = self.config.to_dict()[name]
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else in_words(value)


def class_runs(classroom: Classroom, members: Sequence[Seat], runs: Iterable[Run]) -> list[Run]:
    """Return the runs of a class's seats since it began, in the order of `runs`."""
    joined, began = {seat.id for seat in members}, classroom.began
    return [run for run in runs if run.owner() in joined and is_since(_created(run), began)]


def outcomes(classroom: Classroom, runs: Iterable[Run], history: Callable[[Run], History]) -> list[Outcome]:
    """Return the `runs` of a class (`class_runs`) that are no fine-tunings, as points; damaged ones are passed over."""
    expected: dict[str, dict[str, float]] = {}
    found = []
    for run in runs:
        if run.fine_tuning.exists():
            continue
        try:
            config, owner = run.config(), run.owner()
        except RunError:
            continue
        so_far = history(run)
        expects = expected.setdefault(owner, predictions(classroom, owner))
        found.append(Outcome(run.id, owner, config, so_far.test_accuracy, expects.get(run.id), so_far.seconds))
    return found


def differing(found: Sequence[Outcome]) -> list[str]:
    """Return the names of the hyperparameters in which runs differ, without the seeds that only draw lots."""
    if not found:
        return []
    rows = [one.config.to_dict() for one in found]
    return [name for name in rows[0] if "seed" not in name and any(row[name] != rows[0][name] for row in rows)]


def _created(run: Run) -> str:
    try:
        return str(run.description()["created"])
    except RunError:
        return ""
