"""Small records of a class: JSON files, written whole or not at all; a damaged one is none. No torch."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mnist_core.errors import ClassError
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most


def read(path: str | Path) -> dict[str, Any]:
    """Return what is recorded; nothing where there is no file, or one that somebody has edited into nonsense."""
    try:
        record = json.loads(read_at_most(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def version(path: str | Path) -> tuple[int, int]:
    """Return what differs once the record is written anew: its time and its inode; zeros where there is no file."""
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_ino


def write(path: str | Path, record: Mapping[str, Any]) -> None:
    """Record something, with the folder that it is in.

    Raises:
        ClassError: the folder cannot be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(record, ensure_ascii=False))
    except OSError as error:
        raise ClassError(
            f"nothing of the class can be recorded in {path.parent}: {error.strerror}. Free some space or make it "
            "writable"
        ) from error


def names(folder: str | Path) -> list[str]:
    """Return the names of the records in a folder, in order; none where there is no folder."""
    try:
        return sorted(path.stem for path in Path(folder).iterdir() if path.suffix == ".json" and path.name[0] != ".")
    except OSError:
        return []
