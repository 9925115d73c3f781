"""Clearing what a learner keeps of the lessons, and undoing it: only renames, which work on a full disk. No torch.

A cleared folder lies beside the others, as .<owner>.cleared, until the next clearing takes its place or it is removed
for good.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator

from mnist_core.asker import Asker
from mnist_core.errors import LessonError
from mnist_core.lessons.record import LearnerRecord


def clear(record: LearnerRecord, *, asker: Asker) -> None:
    """Take away all that is kept of a learner's lessons; `bring_back` undoes it. Their runs and drawings stay.

    Raises:
        NotYoursError: the record is another's.
        LessonError: it cannot be taken away.
    """
    record.require(asker)
    with _changing("cleared"):
        for folder, cleared in record.folders():
            if folder.exists():
                shutil.rmtree(cleared, ignore_errors=True)
                folder.rename(cleared)


def bring_back(record: LearnerRecord, *, asker: Asker) -> None:
    """Undo a clearing. A lesson that was begun since then stays as it is.

    Raises:
        NotYoursError: the record is another's.
        LessonError: it cannot be brought back.
    """
    record.require(asker)
    with _changing("brought back"):
        for folder, cleared in record.folders():
            if cleared.exists() and folder.exists():
                for path in cleared.iterdir():
                    if not (folder / path.name).exists():
                        path.rename(folder / path.name)
                shutil.rmtree(cleared)
            elif cleared.exists():
                cleared.rename(folder)


def remove_for_good(record: LearnerRecord, *, asker: Asker) -> None:
    """Remove what was cleared, so that nothing of it is left.

    Raises:
        NotYoursError: the record is another's.
        LessonError: it cannot be removed.
    """
    record.require(asker)
    with _changing("removed"):
        for _, cleared in record.folders():
            if cleared.exists():
                shutil.rmtree(cleared)


def is_cleared(record: LearnerRecord) -> bool:
    """Return whether there is something to bring back."""
    return any(cleared.exists() for _, cleared in record.folders())


@contextlib.contextmanager
def _changing(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LessonError(f"the record of the lessons cannot be {what}: {error.strerror}") from error
