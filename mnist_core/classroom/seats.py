"""The seats of a class: who has joined, under which name; the last one is who joined last. No torch."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from mnist_core.asker import Asker
from mnist_core.classroom import records, seat_names
from mnist_core.classroom.classroom import Classroom
from mnist_core.errors import ClassError

MOST_SEATS = 100
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Seat:
    """One who has joined."""

    id: str
    """Public: `Asker.seat`."""
    name: str
    joined: float
    """Seconds since 1970."""
    removed: bool = False
    """The teacher has taken the seat out of the class; it can come back only through the teacher."""


def seats(classroom: Classroom, *, removed: bool = False) -> list[Seat]:
    """Return the seats in the class, in the order in which they joined; or those that were removed."""
    return [seat for seat in all_seats(classroom) if seat.removed == removed]


def all_seats(classroom: Classroom) -> list[Seat]:
    """Return the seats in the class and those that were removed, in the order in which they joined."""
    found = [_read(classroom, name) for name in records.names(classroom.path / "seats")]
    return sorted(filter(None, found), key=lambda seat: (seat.joined, seat.id))


def seat_of(classroom: Classroom, asker: Asker) -> Seat | None:
    """Return the seat of who asks, removed or not; None if it has not joined."""
    return _read(classroom, asker.seat) if asker.seat else None


def offered_names(classroom: Classroom) -> list[str]:
    """Return names that one who joins may choose from."""
    return seat_names.offer(_taken(classroom))


def join(classroom: Classroom, name: str, *, asker: Asker) -> Seat:
    """Join the class under one of the names of the list, and return the seat. Who has joined already keeps its name.

    Raises:
        ClassError: who asks is no seat, the class has ended or is full, the name is taken or none of the list, or the
            teacher has removed this seat.
    """
    if not asker.seat:
        raise ClassError("the teacher leads the class and takes no seat: join with another browser")
    if name not in seat_names.NAMES:
        raise ClassError("expected one of the names that were offered: choose one of them")
    with classroom.changing():
        if not classroom.is_open:
            raise ClassError("this class has ended")
        if known := seat_of(classroom, asker):
            if known.removed:
                raise ClassError("the teacher has taken this seat out of the class, and can let it in again: ask")
            return known
        if name in _taken(classroom):
            raise ClassError(f"somebody is called {name} already: choose another name")
        if len(seats(classroom)) >= MOST_SEATS:
            raise ClassError(f"the class is full: it has {MOST_SEATS} seats")
        seat = Seat(asker.seat, name, time.time())
        _write(classroom, seat)
    return seat


def remove(classroom: Classroom, seat: str, *, asker: Asker) -> None:
    """Take a seat out of the class; what it has made stays.

    Raises:
        NotYoursError: who asks is not the teacher.
        ClassError: there is no such seat, or the class cannot be written.
    """
    _set_removed(classroom, seat, True, asker)


def readmit(classroom: Classroom, seat: str, *, asker: Asker) -> None:
    """Let a removed seat in again, under its name; raises what `remove` raises."""
    _set_removed(classroom, seat, False, asker)


def _set_removed(classroom: Classroom, seat: str, removed: bool, asker: Asker) -> None:
    classroom.require_teacher(asker)
    with classroom.changing():
        found = _read(classroom, seat)
        if found is None:
            raise ClassError("there is no such seat in the class")
        _write(classroom, Seat(found.id, found.name, found.joined, removed))


def _taken(classroom: Classroom) -> set[str]:
    return {seat.name for seat in all_seats(classroom)}


def _read(classroom: Classroom, name: str) -> Seat | None:
    if not _ID.fullmatch(name):
        return None
    record = records.read(classroom.path / "seats" / f"{name}.json")
    if record.get("name") not in seat_names.NAMES or not isinstance(record.get("joined"), (int, float)):
        return None
    return Seat(name, record["name"], float(record["joined"]), record.get("removed") is True)


def _write(classroom: Classroom, seat: Seat) -> None:
    record = {"name": seat.name, "joined": seat.joined, "removed": seat.removed}
    records.write(classroom.path / "seats" / f"{seat.id}.json", record)
