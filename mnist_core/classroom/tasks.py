"""Drawings that the teacher asks everybody for: "three 7s each", counted as they come; and those struck out. No torch.

A drawing belongs to a task by what it is: filed by a seat of the class, under the task's digit, since the task was set.
Nothing else is written, so that counting never disagrees with the collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mnist_core.asker import Asker
from mnist_core.classroom import records
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.seats import all_seats
from mnist_core.errors import ClassError
from mnist_core.formatting import PLURALS, with_article
from mnist_core.handwriting.drawing import ID, Drawing

MOST_EACH = 20
"""Drawings of one digit that one seat is asked for."""


@dataclass(frozen=True, slots=True)
class Task:
    """What everybody is asked to draw."""

    number: int
    """From 1 on."""
    digit: int
    each: int
    """Drawings of a seat."""
    set_at: str
    """When it was set, ISO 8601."""
    is_open: bool

    def describe(self) -> str:
        """Return what is asked for: "three 7s"."""
        return with_article(self.digit) if self.each == 1 else f"{self.each} {PLURALS[self.digit]} ({self.digit})"


def tasks(classroom: Classroom) -> list[Task]:
    """Return all tasks, the first one first."""
    found = (_read(classroom, name) for name in records.names(classroom.path / "tasks"))
    return sorted((task for task in found if task), key=lambda task: task.number)


def open_task(classroom: Classroom) -> Task | None:
    """Return the task that everybody is at; None without one."""
    return next((task for task in reversed(tasks(classroom)) if task.is_open), None)


def set_task(classroom: Classroom, digit: int, each: int, *, asker: Asker) -> Task:
    """Ask everybody for drawings; the task before is closed.

    Raises:
        NotYoursError: who asks is not the teacher.
        ClassError: no such digit or number, or the class has gone or cannot be written.
    """
    classroom.require_teacher(asker)
    if digit not in range(10) or each not in range(1, MOST_EACH + 1):
        raise ClassError(f"expected a digit from 0 to 9 and 1 to {MOST_EACH} drawings, received {digit} and {each}")
    with classroom.changing():
        known = tasks(classroom)
        for task in known:
            if task.is_open:
                _write(classroom, task, False)
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        task = Task(known[-1].number + 1 if known else 1, digit, each, now, True)
        _write(classroom, task, True)
    return task


def close_task(classroom: Classroom, *, asker: Asker) -> None:
    """Ask for no more drawings; raises what `set_task` raises."""
    classroom.require_teacher(asker)
    with classroom.changing():
        for task in tasks(classroom):
            if task.is_open:
                _write(classroom, task, False)


def drawings_of(classroom: Classroom, collected: Iterable[Drawing]) -> list[Drawing]:
    """Return the drawings that seats of the class have filed since it began, without those that are struck out."""
    out = struck(classroom)
    return [drawing for drawing in all_drawings_of(classroom, collected) if drawing.id not in out]


def all_drawings_of(classroom: Classroom, collected: Iterable[Drawing]) -> list[Drawing]:
    """Return those drawings with the struck-out ones; of removed seats, too."""
    members = {seat.id for seat in all_seats(classroom)}
    began = classroom.began
    return [one for one in collected if one.owner in members and is_since(one.created, began)]


def count(task: Task, drawings: Sequence[Drawing]) -> dict[str, int]:
    """Return how many of the class's `drawings` (`drawings_of`) each seat has handed in for a task, by its id."""
    since = datetime.fromisoformat(task.set_at)
    counted: dict[str, int] = {}
    for drawing in drawings:
        if drawing.label == task.digit and is_since(drawing.created, since):
            counted[drawing.owner] = counted.get(drawing.owner, 0) + 1
    return counted


def struck(classroom: Classroom) -> frozenset[str]:
    """Return the ids of the drawings that the teacher has struck out."""
    try:
        return frozenset(path.name for path in (classroom.path / "struck").iterdir())
    except OSError:
        return frozenset()


def strike_out(classroom: Classroom, drawing: str, *, asker: Asker, out: bool = True) -> None:
    """Strike a drawing out, so that nothing is counted by it or learned from it; or with `out` false, take it back.

    Raises:
        NotYoursError: who asks is not the teacher.
        ClassError: that is no drawing's id, or the class cannot be written.
    """
    classroom.require_teacher(asker)
    if not ID.fullmatch(drawing):
        raise ClassError("expected the id of a drawing")
    folder = classroom.path / "struck"
    with classroom.changing():
        if out:
            folder.mkdir(exist_ok=True)
            (folder / drawing).touch()
        else:
            (folder / drawing).unlink(missing_ok=True)


def is_since(created: str, moment: datetime) -> bool:
    """Return whether a time that was written down, ISO 8601, is `moment` or later; an unreadable one is not."""
    try:
        return datetime.fromisoformat(created).astimezone() >= moment
    except ValueError:
        return False


def _read(classroom: Classroom, name: str) -> Task | None:
    record = records.read(classroom.path / "tasks" / f"{name}.json")
    try:
        task = Task(int(name), int(record["digit"]), int(record["each"]), str(record["set_at"]), record["open"] is True)
        datetime.fromisoformat(task.set_at)
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
    return task if task.digit in range(10) and task.each in range(1, MOST_EACH + 1) else None


def _write(classroom: Classroom, task: Task, is_open: bool) -> None:
    record = {"digit": task.digit, "each": task.each, "set_at": task.set_at, "open": is_open}
    records.write(classroom.path / "tasks" / f"{task.number:04d}.json", record)
