"""Collection: the class's own drawings with their true labels, two small files each in one folder. No torch.

<id>.png    what the network saw: 28 x 28 grey values
<id>.json   the label, the time, and the strokes as they were drawn, if it was drawn and not photographed
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import secrets
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import CollectionError
from mnist_core.paths import collection_folder
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.png import png, to_grey
from mnist_core.storage.untrusted_zip import open_zip
from mnist_core.untrusted_text import SHORT, clean, quoted

LEAST_DRAWINGS, MOST_DRAWINGS = 20, 10_000
"""As many as a fine-tuning takes at least, and as many as are kept at most."""
LARGEST_ZIP = 50 * 2**20
"""Bytes, packed and unpacked; ten thousand drawings of usual length have 40 MB."""
_LARGEST_FILE = 2**20
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """One drawing and what it was meant to be."""

    id: str
    label: int
    image: NDArray[np.uint8]
    """(28, 28) grey values, white on black, as the network saw it."""
    strokes: tuple[Stroke, ...]
    """Empty where it came from a picture."""
    created: str


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
        self._write([drawing])

    def remove(self, drawing: Drawing) -> None:
        """Delete a drawing; `put` brings it back.

        Raises:
            CollectionError: the folder cannot be written.
        """
        try:
            for kind in ("json", "png"):
                (self.folder / f"{drawing.id}.{kind}").unlink(missing_ok=True)
        except OSError as error:
            raise CollectionError(f"the drawing cannot be deleted: {error.strerror}") from error

    def ids(self) -> list[str]:
        """Return the names of all drawings, the oldest first."""
        try:
            return sorted(path.stem for path in self.folder.glob("*.json") if _ID.fullmatch(path.stem))
        except OSError:
            return []

    def drawings(self) -> tuple[list[Drawing], list[str]]:
        """Return all drawings that can be read, the oldest first, and the names of those that cannot."""
        read, damaged = [], []
        for name in self.ids():
            try:
                record = (self.folder / f"{name}.json").read_bytes()
                read.append(_read(name, record, (self.folder / f"{name}.png").read_bytes()))
            except (OSError, CollectionError):
                damaged.append(name)
        return read, damaged

    def to_zip(self) -> bytes:
        """Return every drawing that can be read as one zip file, for `add_zip`."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for drawing in self.drawings()[0]:
                archive.writestr(f"{drawing.id}.png", png(drawing.image))
                archive.writestr(f"{drawing.id}.json", _record(drawing))
        return buffer.getvalue()

    def add_zip(self, content: bytes) -> int:
        """Add the drawings in a zip file that are not there yet, all or none; return how many.

        Raises:
            ZipError: not a zip file, or too large.
            CollectionError: something in it is foreign or damaged, or the folder is full or cannot be written.
        """
        drawings = _unpack(content)
        there = set(self.ids())
        fresh = [drawing for drawing in drawings if drawing.id not in there]
        if len(there) + len(fresh) > MOST_DRAWINGS:
            raise CollectionError(
                f"the collection may hold {MOST_DRAWINGS:,} drawings: there are {len(there):,}, and the zip file has "
                f"{len(fresh):,} more"
            )
        self._write(fresh)
        return len(fresh)

    def _write(self, drawings: Sequence[Drawing]) -> None:
        """Write all drawings or none."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for drawing in drawings:
                write_atomically(self.folder / f"{drawing.id}.png", png(drawing.image))
                write_atomically(self.folder / f"{drawing.id}.json", _record(drawing))  # the last: with it, it is there
        except OSError as error:
            with contextlib.suppress(CollectionError):
                for drawing in drawings:
                    self.remove(drawing)
            raise CollectionError(
                f"nothing can be kept in {self.folder}: {error.strerror}. Free some space or make it writable"
            ) from error


def collection() -> Collection:
    """Return this installation's collection: in DIGIT_LAB_COLLECTION, or collection/ in the project."""
    return Collection(collection_folder())


def _unpack(content: bytes) -> list[Drawing]:
    files: dict[str, bytes] = {}
    with open_zip(io.BytesIO(content), largest=LARGEST_ZIP, most_entries=2 * MOST_DRAWINGS) as archive:
        for info in archive.infolist():
            stem, _, kind = info.filename.partition(".")
            if not _ID.fullmatch(stem) or kind not in ("json", "png") or info.file_size > _LARGEST_FILE:
                raise CollectionError(
                    f"the zip file holds {quoted(info.filename)}, which is no drawing: choose a zip file that Digit "
                    "Lab exported"
                )
            with archive.open(info) as file:
                files[info.filename] = file.read(_LARGEST_FILE)
    names = sorted(name.removesuffix(".json") for name in files if name.endswith(".json"))
    return [_read(name, files[f"{name}.json"], files.get(f"{name}.png", b"")) for name in names]


def _record(drawing: Drawing) -> str:
    strokes = [{"width": s.width, "points": np.round(s.points, 2).tolist()} for s in drawing.strokes]
    return json.dumps({"label": drawing.label, "created": drawing.created, "strokes": strokes})


def _read(name: str, record: bytes, picture_file: bytes) -> Drawing:
    """Return the drawing in two files; raise CollectionError if they are damaged."""
    try:
        described: dict[str, Any] = json.loads(record)
        label = described["label"]
        strokes = tuple(Stroke(np.array(s["points"]), float(s["width"])) for s in described["strokes"])
        with Image.open(io.BytesIO(picture_file), formats=("PNG",)) as picture:
            if type(label) is not int or label not in range(10) or picture.size != (28, 28):
                raise ValueError(name)
            return Drawing(name, label, np.asarray(picture.convert("L")), strokes, clean(described["created"], SHORT))
    except Exception as error:
        # Somebody has edited it. JSON, numpy and Pillow meet that with a dozen types of error, IndexError among them.
        raise CollectionError(f"the drawing {name} is damaged: draw it again") from error
