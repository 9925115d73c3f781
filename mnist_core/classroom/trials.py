"""A network taught with some seats' drawings and measured on the others': who is on which side. No torch."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mnist_core.asker import Asker
from mnist_core.classroom import records
from mnist_core.classroom.classroom import Classroom
from mnist_core.errors import ClassError
from mnist_core.handwriting.drawing import Drawing


@dataclass(frozen=True, slots=True)
class Trial:
    """One network that the class has taught."""

    run: str
    """The id of the fine-tuning."""
    start: str
    """The name of the network that it started from."""
    taught_by: tuple[str, ...]
    """Seats."""
    measured_on: tuple[str, ...]
    """Drawings, by their ids: all by other seats, none equal to one that was learned from."""


def split(drawings: Sequence[Drawing], teaching: Collection[str]) -> tuple[list[Drawing], list[Drawing]]:
    """Return the drawings that the `teaching` seats have made, to learn from, and those of the others, to measure on.

    A drawing that looks exactly like one that is learned from is left out of the measurement, whoever made it.

    Raises:
        ClassError: one of both sides is empty.
    """
    learned = [drawing for drawing in drawings if drawing.owner in teaching]
    known = {_digest(drawing) for drawing in learned}
    others = [one for one in drawings if one.owner not in teaching and _digest(one) not in known]
    if not learned or not others:
        raise ClassError(
            "a network learns from some seats' drawings and is measured on other seats': choose seats with drawings on "
            "both sides"
        )
    return learned, others


def record_trial(classroom: Classroom, trial: Trial, *, asker: Asker) -> None:
    """Record who taught a network.

    Raises:
        NotYoursError: who asks is not the teacher.
        ClassError: the class has gone or cannot be written.
    """
    classroom.require_teacher(asker)
    record = {"start": trial.start, "taught_by": trial.taught_by, "measured_on": trial.measured_on}
    with classroom.changing():
        records.write(classroom.path / "trials" / f"{trial.run}.json", record)


def trials(classroom: Classroom) -> list[Trial]:
    """Return the networks that the class has taught, the last one first."""
    found = []
    for name in reversed(records.names(classroom.path / "trials")):
        record = records.read(classroom.path / "trials" / f"{name}.json")
        lists = [record.get("taught_by"), record.get("measured_on")]
        if isinstance(record.get("start"), str) and all(isinstance(one, list) for one in lists):
            taught_by, measured_on = (tuple(map(str, one or ())) for one in lists)
            found.append(Trial(name, record["start"], taught_by, measured_on))
    return found


def _digest(drawing: Drawing) -> bytes:
    return hashlib.blake2b(drawing.image.tobytes(), digest_size=16).digest()
