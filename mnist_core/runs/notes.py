"""Notes: the title and the note that somebody gave a run, notes.json in its directory. No torch."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from mnist_core.asker import Asker
from mnist_core.errors import RunError
from mnist_core.runs.config_file import require
from mnist_core.runs.run import Run
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most
from mnist_core.untrusted_text import clean

LONGEST_TITLE, LONGEST_NOTE = 60, 2_000
"""Characters."""
NOTES_FILE = "notes.json"


@dataclass(frozen=True, slots=True)
class Notes:
    """A title and a note. Unprintable characters are dropped, and what is longer than the limits is cut off."""

    title: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", clean(self.title, LONGEST_TITLE))
        object.__setattr__(self, "note", clean(self.note, LONGEST_NOTE, lines=True))

    @classmethod
    def from_json(cls, text: str | bytes) -> Notes:
        """Read back what `write_notes` wrote.

        Raises:
            ValueError: not the JSON of a title and a note.
        """
        try:
            written = json.loads(text)
            return cls(title=str(written["title"]), note=str(written["note"]))
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError("expected a title and a note") from error


def read_notes(run: Run) -> Notes:
    """Return a run's title and note; both empty if nobody wrote them, or if the file was damaged."""
    try:
        return Notes.from_json(read_at_most(run.path / NOTES_FILE))
    except (OSError, ValueError):
        return Notes()


def write_notes(run: Run, notes: Notes, *, asker: Asker) -> None:
    """Write a run's title and note.

    Raises:
        NotYoursError: the run is not the asker's.
        RunError: the directory cannot be written.
    """
    require(run.path, asker)
    try:
        write_atomically(run.path / NOTES_FILE, json.dumps(asdict(notes), ensure_ascii=False, indent=2))
    except OSError as error:
        raise RunError(f"the title of the run {run.id} cannot be recorded: {error.strerror}") from error
