"""The class's own handwriting: a folder of drawings with their true labels. No torch.

<id>.png      what the network saw: 28 x 28 grey values
<id>.json     the label, the time, and the strokes as they were drawn, if it was drawn and not photographed
<name>.npz    the drawings of one import: see `pack`
*.deleted     what was deleted: see `deletion`
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core import quotas
from mnist_core.asker import Asker
from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import CollectionError
from mnist_core.handwriting.collection_reader import CollectionReader, listing
from mnist_core.handwriting.deletion import Deletion, deleted_files, deleted_name, last_deletion
from mnist_core.handwriting.drawing import Drawing, to_record
from mnist_core.handwriting.drawings_zip import MOST_DRAWINGS, from_zip, to_zip
from mnist_core.handwriting.pack import pack_ids, write_pack
from mnist_core.paths import collection_folder
from mnist_core.quotas import uploads
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.png import png, to_grey

LEAST_DRAWINGS = 20
"""As many as a fine-tuning takes at least."""


@dataclass(frozen=True, slots=True, init=False)
class Collection:
    """A folder of drawings. Every method reads it anew, so every process sees the same."""

    folder: Path

    def __init__(self, folder: str | Path) -> None:
        object.__setattr__(self, "folder", Path(folder))  # frozen

    def add(self, image: NDArray[np.float32], label: int, strokes: Sequence[Stroke] = (), *, asker: Asker) -> Drawing:
        """Add a drawing, (28, 28) in [0, 1], with its true digit, and return it. It belongs to `asker`.

        Raises:
            CollectionError: the folder is full or cannot be written.
            ValueError: the label is no digit.
        """
        if label not in range(10):
            raise ValueError(f"expected a digit from 0 to 9, received {label}")
        now = datetime.now().astimezone()
        name = f"{now:%Y%m%d-%H%M%S}-{label}-{secrets.token_hex(3)}"
        when = now.isoformat(timespec="seconds")
        drawing = Drawing(name, label, to_grey(image), tuple(strokes), when, asker.owner)
        quotas.require_free_disk(self.folder)
        self._require_room(len(self.ids()), 1, asker)
        self._write(drawing)
        return drawing

    def remove(self, drawings: Iterable[Drawing], *, asker: Asker) -> None:
        """Delete drawings; `bring_back` undoes it. It works on a full disk: files are renamed, none is written.

        Raises:
            NotYoursError: one of them is not the asker's; then all of them stay.
            CollectionError: the folder cannot be changed.
        """
        wanted = {drawing.id: drawing for drawing in drawings}
        for drawing in wanted.values():
            asker.require(drawing.owner, f"the drawing {drawing.id}")
        listed, when = listing(self.folder), time.time_ns()
        packed = {name for pack in listed.packs for name in pack_ids(pack)} - listed.deleted
        try:
            for name in wanted:
                if name in packed:
                    (self.folder / deleted_name(name, when, asker)).touch()
                for kind in ("json", "png"):  # the record first: without it, the drawing is gone
                    with contextlib.suppress(FileNotFoundError):
                        (self.folder / f"{name}.{kind}").rename(self.folder / deleted_name(name, when, asker, kind))
        except OSError as error:
            raise CollectionError(f"the drawings cannot be deleted: {error.strerror}") from error

    def last_deletion(self, *, asker: Asker) -> Deletion | None:
        """Return what `asker` deleted last and can bring back, for the teacher what anybody did; None for nothing."""
        return last_deletion(self.folder, asker=asker)

    def bring_back(self, deletion: Deletion, *, asker: Asker) -> None:
        """Undo a deletion; do nothing where it has been undone.

        Raises:
            NotYoursError: somebody else has deleted them.
            CollectionError: the folder is full or cannot be changed.
        """
        asker.require(deletion.by, "this deletion")
        self._require_room(len(self.ids()), len(deletion.drawings), asker)
        try:
            for file in sorted(deletion.files, key=lambda file: file.kind, reverse=True):  # the records last
                with contextlib.suppress(FileNotFoundError):
                    if file.kind:
                        file.path.rename(file.before)
                    else:
                        file.path.unlink()
        except OSError as error:
            raise CollectionError(f"the drawings cannot be brought back: {error.strerror}") from error

    def empty_trash(self, *, asker: Asker) -> int:
        """Remove for good what `asker` has deleted, for the teacher all that was; return how many drawings.

        A drawing of an import keeps its mark, and frees the disk when all drawings of its import were deleted.

        Raises:
            CollectionError: the folder cannot be changed.
        """
        files = [file for file in deleted_files(self.folder) if file.when and asker.owns(file.by)]
        try:
            for file in files:
                if file.kind:
                    file.path.unlink(missing_ok=True)
                else:
                    file.path.rename(self.folder / f"{file.drawing}.deleted")
            listed = listing(self.folder)
            final = {file.drawing for file in deleted_files(self.folder) if not file.when}
            for pack in listed.packs:
                names = pack_ids(pack)
                if names and names <= final:
                    pack.unlink(missing_ok=True)
                    for name in names:
                        (self.folder / f"{name}.deleted").unlink(missing_ok=True)
        except OSError as error:
            raise CollectionError(f"the deleted drawings cannot be removed: {error.strerror}") from error
        return len({file.drawing for file in files})

    def ids(self) -> list[str]:
        """Return the names of all drawings, the oldest first."""
        listed = listing(self.folder)
        packed = {name for pack in listed.packs for name in pack_ids(pack)}
        return sorted(packed - listed.deleted | listed.single)

    def __contains__(self, drawing: Drawing) -> bool:
        if (self.folder / f"{drawing.id}.json").exists():
            return True
        return drawing.id in self.ids()

    def drawings(self) -> tuple[list[Drawing], list[str]]:
        """Return all drawings that can be read, the oldest first, and the names of those that cannot."""
        return CollectionReader(self.folder).read()

    def to_zip(self) -> bytes:
        """Return every drawing that can be read as one zip file, for `add_zip`."""
        return to_zip(self.drawings()[0])

    def add_zip(self, content: bytes, *, asker: Asker) -> int:
        """Add the drawings in a zip file that are not there yet, all or none; return how many. They belong to `asker`.

        One that somebody else has deleted here gets another id, so that it stays deleted where it was.

        Raises:
            ZipError: not a zip file, or too large.
            CollectionError: something in it is foreign or damaged, or the folder is full or cannot be written.
        """
        uploads.count(asker)
        there = set(self.ids())
        unpacked = [(drawing, record) for drawing, record in from_zip(content) if drawing.id not in there]
        others = {file.drawing for file in deleted_files(self.folder) if not file.kind and not asker.owns(file.by)}
        fresh = [_renamed(drawing) if drawing.id in others else drawing for drawing, _ in unpacked]
        if fresh:
            quotas.require_free_disk(self.folder)
            self._require_room(len(there), len(fresh), asker)
            self._write_pack(fresh, [record for _, record in unpacked], asker)
        return len(fresh)

    def _require_room(self, count: int, more: int, asker: Asker) -> None:
        """Refuse `more` drawings beside `count` where a seat, or all together, would have too many."""
        most = quotas.DRAWINGS
        if count + more > MOST_DRAWINGS:
            raise CollectionError(
                f"the collection may hold {MOST_DRAWINGS:,} drawings: there are {count:,}, and {more:,} are too many"
            )
        if count + more > (most.seat or 0):  # else its own are no more either, and need not be counted
            mine = sum(drawing.owner == asker.owner for drawing in self.drawings()[0])
            quotas.require(most, asker, mine + more, count + more, kind="drawings", instead="delete some of yours")

    def _write_pack(self, drawings: Sequence[Drawing], records: Sequence[bytes], asker: Asker) -> None:
        with self._writing():
            name = f"import-{datetime.now().astimezone():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}.npz"
            write_pack(self.folder / name, drawings, records, asker=asker)
            added = {drawing.id for drawing in drawings}
            for file in deleted_files(self.folder):
                if not file.kind and file.drawing in added:  # it was deleted once, and is wanted again
                    file.path.unlink(missing_ok=True)

    def _write(self, drawing: Drawing) -> None:
        picture, record = (self.folder / f"{drawing.id}.{kind}" for kind in ("png", "json"))
        with self._writing():
            try:
                write_atomically(picture, png(drawing.image))
                # The last: with it, the drawing is there.
                write_atomically(record, to_record(drawing, with_owner=True))
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


def _renamed(drawing: Drawing) -> Drawing:
    return replace(drawing, id=f"{drawing.id[:56]}-{secrets.token_hex(3)}")


def collection() -> Collection:
    """Return this installation's collection: in DIGIT_LAB_COLLECTION, or collection/ in the project."""
    return Collection(collection_folder())
