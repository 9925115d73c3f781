"""What is in the folder of a collection: its listing, and a reader that reads only what is new. No torch."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from mnist_core.errors import CollectionError
from mnist_core.handwriting.deletion import deleted_file
from mnist_core.handwriting.drawing import ID, Drawing, read_drawing
from mnist_core.handwriting.pack import read_pack

_CLOCK_TICK = 1_000_000_000
"""Nanoseconds; file systems keep times to between a nanosecond and a second."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """What is in the folder of a collection, by the names of its files."""

    single: frozenset[str]
    """Drawings in files of their own."""
    packs: tuple[Path, ...]
    deleted: frozenset[str]
    """Drawings that were deleted from a pack."""


def listing(folder: str | Path) -> _Listing:
    """Return what is in the folder; nothing, if it cannot be read."""
    folder = Path(folder)
    kinds: dict[str, list[str]] = {"json": [], "npz": [], "deleted": []}
    with contextlib.suppress(OSError):
        for file in os.listdir(folder):
            stem, _, kind = file.rpartition(".")
            if kind == "deleted":
                mark = deleted_file(folder / file)
                kinds[kind] += [mark.drawing] if mark and not mark.kind else []
            elif kind in kinds and ID.fullmatch(stem):
                kinds[kind].append(stem)
    packs = tuple(folder / f"{stem}.npz" for stem in sorted(kinds["npz"]))
    return _Listing(frozenset(kinds["json"]), packs, frozenset(kinds["deleted"]))


def read_single(folder: str | Path, name: str) -> Drawing:
    """Return the drawing of that name, which is in files of its own.

    Raises:
        CollectionError: it is damaged or has gone.
    """
    try:
        record, picture = ((Path(folder) / f"{name}.{kind}").read_bytes() for kind in ("json", "png"))
    except OSError as error:
        raise CollectionError(f"the drawing {name} cannot be read: {error.strerror}") from error
    return read_drawing(name, record, picture)


class CollectionReader:
    """Reads a collection again and again: only what is new, and nothing while its folder stays as it was.

    A drawing never changes: its name says what it is. One reader may be asked from any thread.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._guard = threading.Lock()
        self._modified: int | None = None
        self._listing = _Listing(frozenset(), (), frozenset())
        self._single: dict[str, Drawing] = {}
        self._packs: dict[Path, dict[str, Drawing]] = {}
        self._found: tuple[list[Drawing], list[str]] = ([], [])

    def read(self) -> tuple[list[Drawing], list[str]]:
        """Return all drawings that can be read, the oldest first, and the names of what cannot. Change neither list."""
        with self._guard:
            modified = self._folder_modified()
            if modified is None or modified != self._modified:
                self._found = self._read(listing(self.folder))
                # A change within the clock's next tick would leave the folder's time as it is.
                self._modified = modified if modified and time.time_ns() - modified > _CLOCK_TICK else None
            return self._found

    def _folder_modified(self) -> int | None:
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return None

    def _read(self, listed: _Listing) -> tuple[list[Drawing], list[str]]:
        damaged = []
        self._single = {name: drawing for name, drawing in self._single.items() if name in listed.single}
        for name in listed.single - self._single.keys():
            try:
                self._single[name] = read_single(self.folder, name)
            except CollectionError:
                damaged.append(name)
        self._packs = {path: drawings for path, drawings in self._packs.items() if path in listed.packs}
        for path in set(listed.packs) - self._packs.keys():
            try:
                self._packs[path] = {drawing.id: drawing for drawing in read_pack(path)}
            except CollectionError:
                damaged.append(path.stem)
        found: dict[str, Drawing] = {}
        for drawings in self._packs.values():
            found |= drawings
        for name in listed.deleted & found.keys():
            del found[name]
        found |= self._single
        return [found[name] for name in sorted(found)], sorted(damaged)
