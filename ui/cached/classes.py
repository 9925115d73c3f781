"""The class that is open, read a few times a second at most, however many seats ask; and its board."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mnist_core.asker import Asker
from mnist_core.classroom.board import Tile, board
from mnist_core.classroom.classroom import Classroom, open_class
from mnist_core.classroom.seats import Seat, all_seats
from mnist_core.classroom.settings import Settings, read_settings
from mnist_core.classroom.tasks import Task, open_task
from mnist_core.paths import classes_folder
from mnist_core.runs.index import index_of
from ui.cached import run_records
from ui.cached.owned import Kept

_FRESH, _BOARD_FRESH = 0.3, 0.2
"""Seconds for which all who ask are told the same."""
_GRAIN = 2 * 10**9
"""Nanoseconds: so coarse a file system's clock may be, within which a second change leaves no other time."""


@dataclass(frozen=True, slots=True)
class Now:
    """The open class, as it stands or stood a moment ago."""

    classroom: Classroom
    settings: Settings
    seats: Mapping[str, Seat]
    """Those who are in the class, by their ids, in the order in which they joined."""
    removed: Mapping[str, Seat]
    task: Task | None

    def seat(self, asker: Asker) -> Seat | None:
        """Return the seat of who asks; None if it is not in the class."""
        return self.seats.get(asker.seat)

    def sees(self, asker: Asker, owner: str) -> bool:
        """Return whether who asks may look at what `owner` made: the teacher's is everybody's."""
        return asker.owns(owner) or not owner or self.settings.sees == "everybody"


def now() -> Now | None:
    """Return the class that is open; None if none is."""
    folder = classes_folder()
    return _now.get(folder, lambda: (_read(folder),))[0]


def tiles() -> Sequence[Tile]:
    """Return the board of the class that is open; change none of it. Raises RunError as `RunIndex.look` does."""
    return _tiles.get(classes_folder(), _board)


def forget() -> None:
    """Read it anew next time: something of it has just been changed here."""
    _now.clear()
    _tiles.clear()


_now: Kept[Path, tuple[Now | None]] = Kept(2, seconds=_FRESH)
_tiles: Kept[Path, Sequence[Tile]] = Kept(2, seconds=_BOARD_FRESH)


def _read(folder: Path) -> Now | None:
    classroom = open_class(folder)
    if classroom is None:
        return None
    known = _seats(classroom)
    members, removed = ({seat.id: seat for seat in known if seat.removed == out} for out in (False, True))
    return Now(classroom, read_settings(classroom), members, removed, open_task(classroom))


def _seats(classroom: Classroom) -> Sequence[Seat]:
    """Return all seats; from memory, as long as nobody has joined or been removed: everybody waits for the answer."""
    try:
        modified = (classroom.path / "seats").stat().st_mtime_ns
    except OSError:  # nobody has joined yet
        return ()
    settled = time.time_ns() - modified > _GRAIN
    return _settled_seats(classroom, modified) if settled else all_seats(classroom)


@lru_cache(maxsize=4)
def _settled_seats(classroom: Classroom, modified: int) -> Sequence[Seat]:
    return all_seats(classroom)


def _board() -> Sequence[Tile]:
    found = now()
    if found is None:
        return ()
    runs = ((entry.owner, entry.run) for entry in index_of().look().entries.values())
    members = list(found.seats.values())
    return board(found.classroom, members, found.settings, runs, lambda run: run_records.reader(run).read())
