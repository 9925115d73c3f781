"""The class's own handwriting: a folder of drawings with their true labels. No torch.

<id>.png      what the network saw: 28 x 28 grey values
<id>.json     the label, the time, and the strokes as they were drawn, if it was drawn and not photographed
<name>.npz    the drawings of one import: see `pack`
<id>.deleted  the mark of a drawing that was deleted from an import
"""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import CollectionError
from mnist_core.handwriting.drawing import ID, Drawing, read_drawing, to_record
from mnist_core.handwriting.drawings_zip import MOST_DRAWINGS, from_zip, to_zip
from mnist_core.handwriting.pack import pack_ids, read_pack, write_pack
from mnist_core.paths import collection_folder
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.png import png, to_grey

LEAST_DRAWINGS = 20
"""As many as a fine-tuning takes at least."""
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


@dataclass(frozen=True, slots=True, init=False)
class Collection:
    """A folder of drawings. Every method reads it anew, so every process sees the same."""

    folder: Path

    def __init__(self, folder: str | Path) -> None:
        object.__setattr__(self, "folder", Path(folder))  # frozen

    def add(self, image: NDArray[np.float32], label: int, strokes: Sequence[Stroke] = ()) -> Drawing:
        """Add a drawing, (28, 28) in [0, 1], with its true digit, and return it.

        Raises:
            CollectionError: the folder is full or cannot be written.
            ValueError: the label is no digit.
        """
        if label not in range(10):
            raise ValueError(f"expected a digit from 0 to 9, received {label}")
        now = datetime.now().astimezone()
        name = f"{now:%Y%m%d-%H%M%S}-{label}-{secrets.token_hex(3)}"
        grey = to_grey(image)
        drawing = Drawing(name, label, grey, tuple(strokes), now.isoformat(timespec="seconds"))
        self.put(drawing)
        return drawing

    def put(self, drawing: Drawing) -> None:
        """Add a drawing as it is, such as one that was removed; raises what `add` raises."""
        if len(self.ids()) >= MOST_DRAWINGS:
            raise CollectionError(f"the collection holds {MOST_DRAWINGS:,} drawings, its most: delete some")
        self._write(drawing)

    def remove(self, drawing: Drawing) -> None:
        """Delete a drawing; `put` brings it back.

        Raises:
            CollectionError: the folder cannot be written.
        """
        try:
            packs = self.listing().packs
            if packs and any(drawing.id in pack_ids(pack) for pack in packs):
                (self.folder / f"{drawing.id}.deleted").touch()
            for kind in ("json", "png"):
                (self.folder / f"{drawing.id}.{kind}").unlink(missing_ok=True)
        except OSError as error:
            raise CollectionError(f"the drawing cannot be deleted: {error.strerror}") from error

    def listing(self) -> _Listing:
        """Return what is in the folder; nothing, if it cannot be read."""
        kinds: dict[str, list[str]] = {"json": [], "npz": [], "deleted": []}
        with contextlib.suppress(OSError):
            for file in os.listdir(self.folder):
                stem, _, kind = file.rpartition(".")
                if kind in kinds and ID.fullmatch(stem):
                    kinds[kind].append(stem)
        packs = tuple(self.folder / f"{stem}.npz" for stem in sorted(kinds["npz"]))
        return _Listing(frozenset(kinds["json"]), packs, frozenset(kinds["deleted"]))

    def ids(self) -> list[str]:
        """Return the names of all drawings, the oldest first."""
        listed = self.listing()
        packed = {name for pack in listed.packs for name in pack_ids(pack)}
        return sorted(packed - listed.deleted | listed.single)

    def __contains__(self, drawing: Drawing) -> bool:
        if (self.folder / f"{drawing.id}.json").exists():
            return True
        return drawing.id in self.ids()

    def drawings(self) -> tuple[list[Drawing], list[str]]:
        """Return all drawings that can be read, the oldest first, and the names of those that cannot."""
        return CollectionReader(self).read()

    def read(self, name: str) -> Drawing:
        """Return the drawing of that name, which is in files of its own.

        Raises:
            CollectionError: it is damaged or has gone.
        """
        try:
            record, picture = ((self.folder / f"{name}.{kind}").read_bytes() for kind in ("json", "png"))
        except OSError as error:
            raise CollectionError(f"the drawing {name} cannot be read: {error.strerror}") from error
        return read_drawing(name, record, picture)

    def to_zip(self) -> bytes:
        """Return every drawing that can be read as one zip file, for `add_zip`."""
        return to_zip(self.drawings()[0])

    def add_zip(self, content: bytes) -> int:
        """Add the drawings in a zip file that are not there yet, all or none; return how many.

        Raises:
            ZipError: not a zip file, or too large.
            CollectionError: something in it is foreign or damaged, or the folder is full or cannot be written.
        """
        there = set(self.ids())
        unpacked = [(drawing, record) for drawing, record in from_zip(content) if drawing.id not in there]
        fresh = [drawing for drawing, _ in unpacked]
        if len(there) + len(fresh) > MOST_DRAWINGS:
            raise CollectionError(
                f"the collection may hold {MOST_DRAWINGS:,} drawings: there are {len(there):,}, and the zip file has "
                f"{len(fresh):,} more"
            )
        if fresh:
            self._write_pack(fresh, [record for _, record in unpacked])
        return len(fresh)

    def _write_pack(self, drawings: Sequence[Drawing], records: Sequence[bytes]) -> None:
        with self._writing():
            name = f"import-{datetime.now().astimezone():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}.npz"
            write_pack(self.folder / name, drawings, records)
            for drawing in drawings:  # one that was deleted once is wanted again
                (self.folder / f"{drawing.id}.deleted").unlink(missing_ok=True)

    def _write(self, drawing: Drawing) -> None:
        picture, record = (self.folder / f"{drawing.id}.{kind}" for kind in ("png", "json"))
        with self._writing():
            try:
                write_atomically(picture, png(drawing.image))
                write_atomically(record, to_record(drawing))  # the last: with it, the drawing is there
            except OSError:
                picture.unlink(missing_ok=True)
                raise

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise CollectionError(
                f"nothing can be kept in {self.folder}: {error.strerror}. Free some space or make it writable"
            ) from error


class CollectionReader:
    """Reads a collection again and again: only what is new, and nothing while its folder stays as it was.

    A drawing never changes: its name says what it is. One reader may be asked from any thread.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
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
                self._found = self._read(self.collection.listing())
                # A change within the clock's next tick would leave the folder's time as it is.
                self._modified = modified if modified and time.time_ns() - modified > _CLOCK_TICK else None
            return self._found

    def _folder_modified(self) -> int | None:
        try:
            return self.collection.folder.stat().st_mtime_ns
        except OSError:
            return None

    def _read(self, listed: _Listing) -> tuple[list[Drawing], list[str]]:
        damaged = []
        self._single = {name: drawing for name, drawing in self._single.items() if name in listed.single}
        for name in listed.single - self._single.keys():
            try:
                self._single[name] = self.collection.read(name)
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


def collection() -> Collection:
    """Return this installation's collection: in DIGIT_LAB_COLLECTION, or collection/ in the project."""
    return Collection(collection_folder())
