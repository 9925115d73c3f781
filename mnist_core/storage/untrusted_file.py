"""Files that somebody may have edited, copied here or imported: read up to a size and no further. No torch."""

from __future__ import annotations

import errno
from pathlib import Path

LARGEST_RECORD = 2**16
"""Bytes of a small record: a run's settings, its notes, what is asked of its worker."""


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
    path = Path(path)
    if not path.is_file():  # one that waits for a writer, such as a named pipe, would be read for ever
        raise FileNotFoundError(errno.ENOENT, "expected a file", str(path))
    with path.open("rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise OSError(errno.EFBIG, f"the file has more than {largest:,} bytes", str(path))
    return content
