"""The class that is open, read a few times a second at most, however many seats ask; and its board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mnist_core.asker import Asker
from mnist_core.classroom.board import Tile, board
from mnist_core.classroom.classroom import Classroom, open_class
from mnist_core.classroom.seats import Seat, seats
from mnist_core.classroom.settings import Settings, read_settings
from mnist_core.classroom.tasks import Task, open_task
from mnist_core.paths import classes_folder
from mnist_core.runs.index import index_of
from ui.cached import run_records
from ui.cached.owned import Kept

_FRESH, _BOARD_FRESH = 0.3, 0.4
"""Seconds for which all who ask are told the same."""


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
    members, removed = ({s.id: s for s in seats(classroom, removed=out)} for out in (False, True))
    return Now(classroom, read_settings(classroom), members, removed, open_task(classroom))


def _board() -> Sequence[Tile]:
    found = now()
    if found is None:
        return ()
    runs = [entry.run for entry in index_of().look().entries.values() if entry.owner in found.seats]
    return board(found.classroom, found.settings, runs, lambda run: run_records.reader(run).read())
