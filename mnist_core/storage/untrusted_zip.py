"""Zip files that somebody uploads: opened within limits, and not believed in what they say of themselves. No torch."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from mnist_core.errors import ZipError
from mnist_core.untrusted_text import quoted

_OF_AN_ENTRY = 256
"""Bytes of the table of contents: twice what an entry needs that has a name of usual length."""
_TIGHTEST, _LOOSE = 100, 2**16
"""An entry may unpack to so many times its bytes, and to so many more: the texts of a run are packed to a tenth."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises of damaged bytes, RuntimeError of encrypted ones."""


@contextmanager
def open_zip(content: BinaryIO, *, largest: int, most_entries: int) -> Iterator[zipfile.ZipFile]:
    """Open a zip file to read its entries, each piece by piece: one may unpack to far more than it says.

    Args:
        content: the file.
        largest: bytes that it may have, packed and unpacked.
        most_entries: entries that it may have, those of folders included.

    Raises:
        ZipError: it is larger, has an entry that Digit Lab would not have packed, or is damaged, which is noticed as
            late as its entries are read.
    """
    try:
        _check_size(content, largest, most_entries)
        with zipfile.ZipFile(content) as archive:
            _check_entries(archive.infolist(), largest, most_entries)
            yield archive
    except _DAMAGE as error:
        raise ZipError("the file is not a zip file, or is damaged: export it again") from error


def _check_size(content: BinaryIO, largest: int, most_entries: int) -> None:
    """Look at the size of the table of contents before `zipfile` makes an object of each of a million entries in it."""
    size = content.seek(0, io.SEEK_END)
    if size > largest:
        raise ZipError(f"the file has {size / 2**20:.0f} MB; Digit Lab exports at most {largest // 2**20} MB")
    content.seek(max(0, size - 22 - 2**16))  # the end record and the longest comment after it
    tail = content.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) < end + 22:
        raise zipfile.BadZipFile
    (directory,) = struct.unpack_from("<I", tail, end + 12)
    beyond_4_gb = tail[max(0, end - 20) : end].startswith(b"PK\6\7")  # the size is then written elsewhere
    if directory > _OF_AN_ENTRY * most_entries or beyond_4_gb:
        raise ZipError(f"the zip file has too many entries; Digit Lab exports at most {most_entries:,}")


def _check_entries(entries: list[zipfile.ZipInfo], largest: int, most_entries: int) -> None:
    if len(entries) > most_entries:
        raise ZipError(f"the zip file has {len(entries):,} entries; Digit Lab exports at most {most_entries:,}")
    if sum(info.file_size for info in entries) > largest:
        raise ZipError(f"the zip file holds more than {largest // 2**20} MB, which is the most that Digit Lab exports")
    for info in entries:
        if info.file_size > _TIGHTEST * info.compress_size + _LOOSE:
            raise ZipError(
                f"the zip file holds {quoted(info.filename)}, {info.file_size / 2**20:.0f} MB that are packed into "
                f"{info.compress_size:,} bytes: no file of Digit Lab is as empty as that"
            )
        # The other ways of packing are rare, take any amount of memory, and report damage by errors of their own.
        packed = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if not packed or stat.S_ISLNK(info.external_attr >> 16):
            raise ZipError(
                f"the zip file holds {quoted(info.filename)} as a link, or packed in a way that Digit Lab does not "
                "use: import a zip file that it exported"
            )
