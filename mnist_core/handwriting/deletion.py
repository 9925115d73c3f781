"""Deleted drawings: which names their files have, so that a deletion can be undone and writes nothing. No torch.

<id>.<time>.<seat>.json.deleted, <id>.<time>.<seat>.png.deleted   the files of a drawing, renamed
<id>.<time>.<seat>.deleted, <id>.deleted                          the mark of a drawing that is in an import

The time is in nanoseconds since 1970, in 20 digits; equal for drawings that were deleted together. The seat is the one
that deleted them, "-" for the teacher and the command line. A mark without both cannot be undone any more.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mnist_core.asker import Asker
from mnist_core.handwriting.drawing import ID

_NAME = re.compile(rf"({ID.pattern})(?:\.(\d{{20}})\.([0-9a-f]{{16}}|-))?(\.json|\.png)?\.deleted")


@dataclass(frozen=True, slots=True)
class _DeletedFile:
    """A file that lies in the folder of a collection because a drawing was deleted."""

    path: Path
    drawing: str
    """Its id."""
    when: int
    """Nanoseconds since 1970; 0 where nobody knows any more."""
    by: str
    """The seat that deleted it; empty for others."""
    kind: str
    """json or png; empty for a mark."""

    @property
    def before(self) -> Path:
        """Where the file was before the deletion; of a mark, nowhere that matters."""
        return self.path.with_name(f"{self.drawing}.{self.kind}")


@dataclass(frozen=True, slots=True)
class Deletion:
    """Drawings that were deleted together, and can be brought back."""

    when: int
    by: str
    files: tuple[_DeletedFile, ...]

    @property
    def drawings(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(file.drawing for file in self.files)


def deleted_file(path: str | Path) -> _DeletedFile | None:
    """Return what the name of a file in a collection's folder says of a deletion; None if it says nothing."""
    path = Path(path)
    match = _NAME.fullmatch(path.name)
    if match is None or (match[2] is None and match[4]):
        return None
    return _DeletedFile(path, match[1], int(match[2] or 0), (match[3] or "").strip("-"), (match[4] or "").strip("."))


def deleted_name(drawing: str, when: int, asker: Asker, kind: str = "") -> str:
    """Return the name of a drawing's file after a deletion, or without a kind the name of its mark."""
    return f"{drawing}.{when:020d}.{asker.owner or '-'}{f'.{kind}' if kind else ''}.deleted"


def last_deletion(folder: str | Path, *, asker: Asker) -> Deletion | None:
    """Return what `asker` deleted last and can bring back, for the teacher what anybody did; None for nothing."""
    files = [file for file in deleted_files(folder) if file.when and asker.owns(file.by)]
    if not files:
        return None
    last = max(files, key=lambda file: file.when)
    return Deletion(last.when, last.by, tuple(f for f in files if (f.when, f.by) == (last.when, last.by)))


def deleted_files(folder: str | Path) -> Iterable[_DeletedFile]:
    """Return all files of deletions in a folder; none, if it cannot be read."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [file for name in names if name.endswith(".deleted") and (file := deleted_file(Path(folder) / name))]
