"""Classroom: the directory of one class; begins, finds and ends classes. No torch.

class.json           when it began, and when it ended
settings.json        what the teacher has set for all: see `settings`
seats/<seat>.json    who has joined, under which name: see `seats`
doing/<seat>.json    what a seat is doing: see `doing`
readings/<seat>.json the last drawing of a seat and what was read in it
predictions/<seat>.json  what a seat expected of its runs: see `predictions`
tasks/<number>.json  drawings that all are asked for: see `tasks`
struck/<drawing>     drawings that the teacher has struck out
held.json            the runs that hold while the class is paused: see `holding`
trials/<run>.json    who taught a network, and on whose drawings it is measured: see `trials`
reached.json         the server's own addresses through which a phone has come
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from mnist_core.asker import Asker
from mnist_core.classroom import records
from mnist_core.errors import ClassError
from mnist_core.paths import classes_folder
from mnist_core.untrusted_text import quoted

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Of a code: no vowels, so that no code is a word, and nothing that looks like a digit."""
_LENGTH = 4
_CODE = re.compile(f"[{LETTERS}]{{{_LENGTH}}}")


@dataclass(frozen=True, slots=True, init=False)
class Classroom:
    """One class. Every method reads its directory anew, so every process sees the same."""

    path: Path

    def __init__(self, path: str | Path) -> None:
        object.__setattr__(self, "path", Path(path))  # frozen

    @property
    def code(self) -> str:
        """What learners type to join: the directory's name."""
        return self.path.name

    @property
    def began(self) -> datetime:
        """When it began; long ago, if that is no longer known."""
        return _time(records.read(self.path / "class.json").get("began")) or datetime.fromtimestamp(0).astimezone()

    @property
    def ended(self) -> datetime | None:
        """When it ended; None while it is open."""
        return _time(records.read(self.path / "class.json").get("ended"))

    @property
    def is_open(self) -> bool:
        """Whether it exists and has not ended."""
        record = records.read(self.path / "class.json")
        return bool(record) and not record.get("ended")

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Let one at a time read and rewrite the class's records, of all threads and processes.

        Raises:
            ClassError: the class has gone, or its directory cannot be written.
        """
        if not self.path.is_dir():
            raise ClassError(f"there is no class {self.code}: it has been deleted")
        try:
            with FileLock(self.path / "lock"):
                yield
        except OSError as error:
            raise ClassError(f"the class {self.code} cannot be changed: {error.strerror}") from error

    def require_teacher(self, asker: Asker) -> None:
        """Raise NotYoursError for who is not the teacher."""
        asker.require("", f"the class {self.code}")


def begin(*, asker: Asker, folder: str | Path | None = None) -> Classroom:
    """Begin a class and return it; one that is open already goes on.

    Raises:
        NotYoursError: who asks is not the teacher.
        ClassError: the folder cannot be written.
    """
    asker.require("", "the class")
    if found := open_class(folder):
        return found
    root = Path(folder or classes_folder())
    codes = ("".join(random.choices(LETTERS, k=_LENGTH)) for _ in range(1_000))
    classroom = Classroom(next(root / code for code in codes if not (root / code).exists()))
    records.write(classroom.path / "class.json", {"began": _now()})
    return classroom


def end(classroom: Classroom, *, asker: Asker) -> None:
    """End a class: nobody is led any more, and all that was made stays until it is deleted.

    Raises:
        NotYoursError: who asks is not the teacher.
        ClassError: the class has gone, or its directory cannot be written.
    """
    classroom.require_teacher(asker)
    with classroom.changing():
        record = records.read(classroom.path / "class.json")
        records.write(classroom.path / "class.json", {"ended": _now()} | record)


def classes(folder: str | Path | None = None) -> list[Classroom]:
    """Return all classes, the last begun first."""
    root = Path(folder or classes_folder())
    try:
        found = [Classroom(path) for path in root.iterdir() if _CODE.fullmatch(path.name)]
    except OSError:
        return []
    found = [one for one in found if (one.path / "class.json").is_file()]
    return sorted(found, key=lambda one: one.began, reverse=True)


def open_class(folder: str | Path | None = None) -> Classroom | None:
    """Return the class that is open; None if none is."""
    return next((one for one in classes(folder) if one.is_open), None)


def find(code: str, folder: str | Path | None = None) -> Classroom:
    """Return the open class of that code, typed in small letters or large ones.

    Raises:
        ClassError: there is none.
    """
    typed = "".join(code.split()).upper()
    found = open_class(folder)
    if found is None or found.code != typed:
        raise ClassError(f"there is no class {quoted(typed)}: look at the code on the projector, and type it again")
    return found


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone() if isinstance(text, str) else None
    except ValueError:
        return None
