"""A zip file of drawings, for another installation: a picture and a record each. No torch."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from mnist_core.errors import CollectionError
from mnist_core.handwriting.drawing import ID, Drawing, read_drawing, to_record
from mnist_core.storage.png import png
from mnist_core.storage.time_limit import limit_of_zip
from mnist_core.storage.untrusted_zip import open_zip
from mnist_core.untrusted_text import quoted

MOST_DRAWINGS = 10_000
"""As many as are kept at most."""
LARGEST_ZIP = 50 * 2**20
"""Bytes, packed and unpacked; ten thousand drawings of usual length have 40 MB."""
_LARGEST_FILE = 2**20


def to_zip(drawings: Iterable[Drawing]) -> bytes:
    """Return drawings as one zip file, for `from_zip`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for drawing in drawings:
            archive.writestr(f"{drawing.id}.png", png(drawing.image))
            archive.writestr(f"{drawing.id}.json", to_record(drawing))
    return buffer.getvalue()


def from_zip(content: bytes) -> list[tuple[Drawing, bytes]]:
    """Return the drawings in a zip file, each with its record.

    Raises:
        ZipError: not a zip file, too large, or takes too long.
        CollectionError: something in it is foreign or damaged.
    """
    files: dict[str, bytes] = {}
    limit = limit_of_zip()
    with open_zip(io.BytesIO(content), largest=LARGEST_ZIP, most_entries=2 * MOST_DRAWINGS) as archive:
        for info in archive.infolist():
            stem, _, kind = info.filename.partition(".")
            if not ID.fullmatch(stem) or kind not in ("json", "png") or info.file_size > _LARGEST_FILE:
                raise CollectionError(
                    f"the zip file holds {quoted(info.filename)}, which is no drawing: choose a zip file that Digit "
                    "Lab exported"
                )
            with archive.open(info) as file:
                files[info.filename] = file.read(_LARGEST_FILE)
    names = sorted(name.removesuffix(".json") for name in files if name.endswith(".json"))
    found = []
    for name in names:
        limit.check()
        record = files[f"{name}.json"]
        found.append((read_drawing(name, record, files.get(f"{name}.png", b"")), record))
    return found
