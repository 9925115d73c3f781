"""Many drawings in one file, as an import is kept: two files a drawing would take some thousands of them seconds.

<name>.npz holds, of each drawing: ids, labels (N,), images (N, 28, 28), created, and the records, as UTF-8 one after
another with the places where they end; and the owner, the seat that imported them. Written once; who deletes a drawing
in it leaves a mark beside it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from mnist_core.asker import Asker
from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import CollectionError
from mnist_core.handwriting.drawing import Drawing, read_strokes
from mnist_core.storage.atomic import write_atomically


class PackedStrokes(Sequence[Stroke]):
    """The strokes in a drawing's record, parsed when somebody asks for them: most who read a collection never do."""

    def __init__(self, record: bytes) -> None:
        self._record = record

    @cached_property
    def _strokes(self) -> tuple[Stroke, ...]:
        return read_strokes(json.loads(self._record))

    def __len__(self) -> int:
        return len(self._strokes)

    @overload
    def __getitem__(self, index: int) -> Stroke: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Stroke]: ...
    def __getitem__(self, index: int | slice) -> Stroke | Sequence[Stroke]:
        return self._strokes[index]


def write_pack(path: str | Path, drawings: Sequence[Drawing], records: Sequence[bytes], *, asker: Asker) -> None:
    """Write drawings, of which there is one at least, with the records that `read_drawing` has read them from.

    They belong to `asker`, whatever their records say.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    buffer = io.BytesIO()
    np.savez(
        buffer,
        ids=np.array([drawing.id for drawing in drawings]),
        labels=np.array([drawing.label for drawing in drawings], np.uint8),
        images=np.stack([drawing.image for drawing in drawings]),
        created=np.array([drawing.created for drawing in drawings]),
        records=np.frombuffer(b"".join(records), np.uint8),
        ends=np.cumsum([len(record) for record in records]),
        owner=np.array(asker.owner),
    )
    write_atomically(path, buffer.getvalue())


def pack_ids(path: str | Path) -> frozenset[str]:
    """Return the names of the drawings in a pack; none, if it is damaged or has gone."""
    try:
        return _ids(Path(path), Path(path).stat().st_mtime_ns)
    except OSError:
        return frozenset()


@lru_cache(maxsize=32)
def _ids(path: Path, modified: int) -> frozenset[str]:
    try:
        with np.load(path, allow_pickle=False) as pack:
            return frozenset(str(name) for name in pack["ids"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return frozenset()


def read_pack(path: str | Path) -> list[Drawing]:
    """Return the drawings in a pack.

    Raises:
        CollectionError: it is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as pack:
            ids, labels, images, created, records, ends = (
                pack[name] for name in ("ids", "labels", "images", "created", "records", "ends")
            )
            owner = str(pack["owner"]) if "owner" in pack else ""
        _check(labels, images)
        text, places = records.tobytes(), [0, *ends.tolist()]
        return [
            Drawing(str(name), int(label), image, PackedStrokes(text[begin:end]), str(when), owner)
            for name, label, image, begin, end, when in zip(
                ids, labels, images, places[:-1], places[1:], created, strict=True
            )
        ]
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise CollectionError(f"the drawings in {Path(path).name} are damaged: import them again") from error


def _check(labels: NDArray[np.uint8], images: NDArray[np.uint8]) -> None:
    if images.shape[1:] != (28, 28) or images.dtype != np.uint8 or labels.max() > 9:
        raise ValueError("no drawings")
