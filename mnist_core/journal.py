"""A run's events on disk, one line of JSON each: appended by one process, followed by any number. No torch."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from mnist_core.events import Event, from_json, to_json
from mnist_core.history import History


def append_event(path: Path, event: Event) -> None:
    """Append one event. A line cut off by a crash is closed first.

    Raises:
        OSError: the disk is full or the file cannot be written.
    """
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(to_json(event).encode() + b"\n")


class EventReader:
    """Follows a file of events: each `read` folds in only what was appended since the last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()  # all watchers of a run share one reader
        self._start()

    def _start(self) -> None:
        self.history = History()
        self.damaged = 0
        """Lines that are no event (cut off by a crash, edited by hand) and were passed over."""
        self._offset = 0

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
        whole, _, _ = lines.rpartition(b"\n")
        if whole:
            self._offset += len(whole) + 1
            for line in whole.split(b"\n"):
                try:
                    self.history.add(from_json(line))
                except ValueError:
                    self.damaged += 1
        return self.history
