"""What the teacher has set for the whole class: settings.json in its directory. No torch."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal, get_args

from mnist_core.asker import Asker
from mnist_core.classroom import records
from mnist_core.classroom.classroom import Classroom
from mnist_core.errors import ClassError
from mnist_core.untrusted_text import SHORT, clean

LONGEST_MESSAGE = 200
"""Characters: one sentence."""
MOST_PINNED = 6
"""Seats side by side on the board."""
MOST_RUNS, LONGEST_RUN = 16, 3_600
"""Runs that the teacher may let train at once, and seconds that a run may be let train."""

Sees = Literal["everybody", "own work"]
Shown = Literal["join", "board", "plot", "wall"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What holds for all seats.

    Raises:
        ClassError: something is out of range.
    """

    paused: bool = False
    """Pages show a sentence and nothing else, and trainings hold."""
    message: str = ""
    """One sentence to all; empty for none."""
    sees: Sees = "everybody"
    """Whose work a seat sees."""
    brought_to: str = ""
    """Where everybody is brought: a page's name, with what follows a question mark in a link."""
    brought: int = 0
    """How often everybody has been brought somewhere: each time is obeyed once."""
    hidden_pages: tuple[str, ...] = ()
    """Names of pages that seats do not see."""
    locked: str = ""
    """The settings of a link to Train, after its question mark; the form then stays as they say. Empty: not locked."""
    runs_at_once: int = 0
    """Runs that train at once; 0: as many as the machine bears."""
    longest_run: int = 0
    """Seconds of training after which a seat's run ends; 0: no limit. See `time_limit`."""
    names_hidden: bool = False
    """Mathematicians' names stand for all names."""
    pinned: tuple[str, ...] = ()
    """Seats side by side on the board, in this order."""
    shown: Shown = "join"
    """What the projector shows."""
    address: str = ""
    """This machine's address that is shown to phones; empty: the likeliest."""

    def __post_init__(self) -> None:
        set_ = object.__setattr__  # frozen
        set_(self, "address", clean(self.address, SHORT))
        set_(self, "message", clean(self.message, LONGEST_MESSAGE))
        set_(self, "brought_to", clean(self.brought_to, 2_000))
        set_(self, "locked", clean(self.locked, 2_000))
        set_(self, "hidden_pages", tuple(clean(name, SHORT) for name in self.hidden_pages))
        set_(self, "pinned", tuple(dict.fromkeys(self.pinned)))
        if len(self.pinned) > MOST_PINNED:
            raise ClassError(f"at most {MOST_PINNED} seats stand side by side: unpin one first")
        _check("runs at once", self.runs_at_once, MOST_RUNS)
        _check("the longest run", self.longest_run, LONGEST_RUN)
        for name, choices in (("sees", get_args(Sees)), ("shown", get_args(Shown))):
            if getattr(self, name) not in choices:
                raise ClassError(f"expected {name} to be one of {', '.join(choices)}")


def _check(name: str, value: int, most: int) -> None:
    if type(value) is not int or not 0 <= value <= most:
        raise ClassError(f"expected {name} to be a whole number from 0 (no limit) to {most:,}, received {value!r}")


_FIELDS = tuple(one.name for one in dataclasses.fields(Settings))


def read_settings(classroom: Classroom) -> Settings:
    """Return the class's settings; the usual ones where none are recorded, or where they are damaged."""
    record = records.read(classroom.path / "settings.json")
    known = {name: value for name, value in record.items() if name in _FIELDS}
    try:
        known |= {name: tuple(map(str, known[name])) for name in ("hidden_pages", "pinned") if name in known}
        return Settings(**known)
    except (ClassError, TypeError):
        return Settings()


def change_settings(classroom: Classroom, *, asker: Asker, **changes: Any) -> Settings:
    """Change some of the class's settings and return all.

    Raises:
        NotYoursError: who asks is not the teacher.
        ClassError: something is out of range; or the class has gone, or cannot be written.
    """
    classroom.require_teacher(asker)
    with classroom.changing():
        settings = dataclasses.replace(read_settings(classroom), **changes)
        records.write(classroom.path / "settings.json", dataclasses.asdict(settings))
    return settings


def bring_all(classroom: Classroom, to: str, *, asker: Asker) -> Settings:
    """Bring everybody to a page, or a lesson, once; raises what `change_settings` raises."""
    return change_settings(classroom, asker=asker, brought_to=to, brought=read_settings(classroom).brought + 1)
