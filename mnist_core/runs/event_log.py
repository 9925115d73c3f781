"""A run's events on disk, one line of JSON each. One process appends them, any number of others read them. No torch."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import BinaryIO

from mnist_core.event_json import from_json, to_json
from mnist_core.events import Event, Inspection, Step, Validation
from mnist_core.history import History

LARGEST_LOG, MOST_LINES = 2**27, 10**6
"""Bytes and lines that are read of an event log: those of almost three days at four reports a second."""
_PIECE = 2**20
"""Bytes read at once; an event has at most a few thousand."""


_FREQUENT = (Step, Inspection, Validation)
"""Events that a power cut may cost. Flushing each to the disk takes 1 to 2 ms, and 26 to 36 ms one time in twenty, on a
virtual machine's disk that others use too: a tenth of a training that reports five times a second. What is resumed
depends on the others alone: the start, the ends of epochs and of the run, and changes of the learning rate."""


def append_event(path: str | Path, event: Event) -> None:
    """Append one event. A line that a crash cut off is ended first.

    It is on the disk when this returns, with all events before it, unless it is one of the many that only draw curves.

    Raises:
        OSError: the disk is full or the file cannot be written.
    """
    with Path(path).open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(to_json(event).encode() + b"\n")
        if not isinstance(event, _FREQUENT):
            file.flush()
            os.fsync(file.fileno())


def append_lines(path: str | Path, lines: bytes) -> None:
    """Append whole lines that another machine has written; they are on the disk when this returns.

    Raises:
        OSError: the disk is full or the file cannot be written.
    """
    with Path(path).open("ab") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def lines_from(path: str | Path, offset: int) -> bytes:
    """Return the whole lines from a byte on; none where the file is missing or cannot be read."""
    try:
        with Path(path).open("rb") as file:
            file.seek(offset)
            content = file.read()
    except OSError:
        return b""
    return content[: content.rfind(b"\n") + 1]


def cut_unfinished_line(path: str | Path) -> int:
    """Remove a last line without an end, which a crash or a full disk has left; return the bytes of all lines.

    Raises:
        OSError: the file cannot be written.
    """
    try:
        with Path(path).open("rb+") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            if file.read() in (b"", b"\n"):
                return size
            file.seek(0)
            whole = file.read().rfind(b"\n") + 1
            file.truncate(whole)
            return whole
    except FileNotFoundError:
        return 0


class EventReader:
    """Reads a file of events as it grows: each `read` reads only what was appended since the last one."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._guard = threading.Lock()  # all who watch a run share one reader
        self._start()

    def _start(self) -> None:
        self.history = History()
        self._lines, self._damaged, self._cut = 0, 0, False
        self._offset = 0
        self._in_long_line = False

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
                self._follow(file)
        except OSError:
            pass
        return self.history

    def _follow(self, file: BinaryIO) -> None:
        """Read on, piece by piece: the file may be of any size and have no line end at all."""
        while self._offset < LARGEST_LOG:
            file.seek(self._offset)
            piece = file.read(min(_PIECE, LARGEST_LOG - self._offset))
            whole = piece.rfind(b"\n") + 1
            self._cut = len(piece) > whole
            if whole:
                self._fold(piece[:whole].split(b"\n")[:-1])
                self._offset += whole
            elif len(piece) == _PIECE:  # no event is as long as that, however it ends
                self._in_long_line = True
                self._offset += len(piece)
            else:
                break

    def _fold(self, lines: list[bytes]) -> None:
        if self._in_long_line:
            self._in_long_line = False
            self._damaged += 1
            del lines[0]
        written = [line for line in lines if line]  # of thirty million empty lines none is looked at on its own
        self._damaged += len(lines) - len(written)
        for line in written:
            self._lines += 1
            try:
                if self._lines > MOST_LINES:
                    raise ValueError(f"expected at most {MOST_LINES:,} events")
                self.history.add(from_json(line))
            except ValueError:
                self._damaged += 1
