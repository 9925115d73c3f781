"""Files that somebody may have edited, copied here or imported: read up to a size and no further. No torch."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

LARGEST_RECORD = 2**16
"""Bytes of a small record: a run's settings, its notes, what is asked of its worker."""


_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Opens what waits for a writer without waiting; the second is Windows' word for a file as it is."""
_LARGEST_HEADER = 2**18
"""Bytes; that of the longest training, with 200 epochs, has 60 kB."""


def check_header(path: str | Path) -> None:
    """Look at how long the header of a safetensors file says it is, before anybody reads it as JSON.

    Raises:
        OSError: the file cannot be read, or its header is longer than that of any file of ours.
    """
    path = Path(path)
    with path.open("rb") as file:
        header = int.from_bytes(file.read(8), "little")
    if _LARGEST_HEADER < header <= path.stat().st_size:
        raise OSError(errno.EFBIG, f"its header has {header:,} bytes, expected at most {_LARGEST_HEADER:,}", str(path))


def read_at_most(path: str | Path, largest: int = LARGEST_RECORD) -> bytes:
    """Return a file's content.

    Raises:
        OSError: it cannot be read, is no plain file, or has more than `largest` bytes.
    """
    # Four calls of the system and no object of Python's own: pages read dozens of small files, and in a server whose
    # other threads compute, each call may cost a turn of theirs.
    opened = os.open(path, os.O_RDONLY | _AT_ONCE)
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode):  # a named pipe, say, would be read for ever
            raise FileNotFoundError(errno.ENOENT, "expected a file", str(path))
        content = os.read(opened, min(status.st_size, largest) + 1)
        while len(content) > status.st_size and len(content) <= largest:  # it has grown meanwhile
            more = os.read(opened, largest + 1 - len(content))
            if not more:
                break
            content += more
    finally:
        os.close(opened)
    if len(content) > largest:
        raise OSError(errno.EFBIG, f"the file has more than {largest:,} bytes", str(path))
    return content
