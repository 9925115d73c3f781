"""A run's events on disk, one line of JSON each. One process appends them, any number of others read them. No torch."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from mnist_core.events import Event, from_json, to_json
from mnist_core.history import History


def append_event(path: str | Path, event: Event) -> None:
    """Append one event. A line that a crash cut off is ended first.

    Raises:
        OSError: the disk is full or the file cannot be written.
    """
    with Path(path).open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(to_json(event).encode() + b"\n")


class EventReader:
    """Reads a file of events as it grows: each `read` reads only what was appended since the last one."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._guard = threading.Lock()  # all who watch a run share one reader
        self._start()

    def _start(self) -> None:
        self.history = History()
        self._damaged, self._cut = 0, False
        self._offset = 0

    def unreadable_lines(self, *, under_way: bool) -> int:
        """Return how many lines are no event, because a crash cut them off or somebody edited them.

        A last line without an end is still being written if the run is under way; otherwise a crash cut it off.
        """
        return self._damaged + (self._cut and not under_way)

    def read(self) -> History:
        """Return the history of all whole lines so far; a line still being written waits for the next call."""
        with self._guard:
            return self._read()

    def _read(self) -> History:
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._offset:
                    self._start()  # the file was replaced by a shorter one
                file.seek(self._offset)
                lines = file.read()
        except OSError:
            return self.history
        whole, _, rest = lines.rpartition(b"\n")
        self._cut = bool(rest)
        if whole:
            self._offset += len(whole) + 1
            for line in whole.split(b"\n"):
                try:
                    self.history.add(from_json(line))
                except ValueError:
                    self._damaged += 1
        return self.history
