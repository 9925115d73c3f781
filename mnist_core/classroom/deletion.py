"""What a class has left on this machine, and its deletion: afterwards nothing of it remains. No torch."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mnist_core.asker import TEACHER, Asker
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.outcomes import class_runs
from mnist_core.classroom.seats import all_seats
from mnist_core.classroom.tasks import all_drawings_of
from mnist_core.errors import ClassError
from mnist_core.handwriting.collection import Collection
from mnist_core.handwriting.deletion import deleted_files
from mnist_core.handwriting.drawing import Drawing
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs
from mnist_core.runs.trash import deleted


@dataclass(frozen=True, slots=True)
class Remains:
    """What there is of a class."""

    runs: Sequence[Run]
    """Of its seats, since it began; deleted ones, too."""
    drawings: Sequence[Drawing]
    others: Sequence[str | Path]
    """Files and folders of its seats elsewhere, such as their records of lessons."""
    files: int
    """All files together, those of the class's own directory among them."""
    size: int
    """Their bytes."""

    def describe(self) -> str:
        """Return what there is, as the end of a sentence."""
        runs, drawings = len(self.runs), len(self.drawings)
        return (
            f"{self.files:,} file{'' if self.files == 1 else 's'} ({self.size / 2**20:,.1f} MB): "
            f"{runs} run{'' if runs == 1 else 's'}, {drawings} drawing{'' if drawings == 1 else 's'}, "
            "and the records of the class"
        )


def remains_of(classroom: Classroom, collection: Collection, others: Sequence[str | Path] = ()) -> Remains:
    """Return what there is of a class on this machine.

    Args:
        classroom: the class, open or ended.
        collection: where its drawings are.
        others: files and folders of its seats elsewhere.
    """
    folder = classroom.path.parent.parent
    runs = class_runs(classroom, all_seats(classroom), [*list_runs(folder), *deleted(folder, asker=TEACHER)])
    drawings = all_drawings_of(classroom, collection.drawings()[0])
    files = [path for drawing in drawings for path in _files_of(drawing, collection)]
    files += [file.path for file in deleted_files(collection.folder) if file.by in _members(classroom)]
    elsewhere = [path for path in map(Path, others) if path.exists()]
    for path in (classroom.path, *(run.path for run in runs), *elsewhere):
        files += [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return Remains(runs, drawings, elsewhere, len(files), _size(files))


def delete(classroom: Classroom, found: Remains, collection: Collection, *, asker: Asker) -> None:
    """Delete a class that has ended, with all that its seats have made, for good.

    Raises:
        NotYoursError: who asks is not the teacher.
        ClassError: the class is open, a run of it is under way, or something cannot be deleted; what could be is gone.
        CollectionError: a drawing cannot be deleted.
    """
    classroom.require_teacher(asker)
    if classroom.is_open:
        raise ClassError("the class is still open: end it first, so that nothing more comes in")
    if busy := [run for run in found.runs if run.is_alive()]:
        raise ClassError(f"{len(busy)} of the class's runs have yet to stop: wait a moment and delete again")
    for seat in {drawing.owner for drawing in found.drawings} | _members(classroom):
        owner = Asker("seat", seat)
        collection.remove([drawing for drawing in found.drawings if drawing.owner == seat], asker=owner)
        collection.empty_trash(asker=owner)
    try:
        for path in (*(run.path for run in found.runs), *map(Path, found.others)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        if classroom.path.exists():
            shutil.rmtree(classroom.path)  # the last: without it nobody would know what else there was
    except OSError as error:
        raise ClassError(
            f"not all of the class could be deleted: {error.strerror}. Close what uses these files and delete again"
        ) from error


def _members(classroom: Classroom) -> set[str]:
    return {seat.id for seat in all_seats(classroom)}


def _files_of(drawing: Drawing, collection: Collection) -> list[Path]:
    paths = [collection.folder / f"{drawing.id}.{kind}" for kind in ("png", "json")]
    return [path for path in paths if path.exists()]


def _size(files: Sequence[Path]) -> int:
    size = 0
    for path in files:
        try:
            size += path.stat().st_size
        except OSError:  # gone meanwhile
            continue
    return size
