"""How long the reading of a file from outside may take. No torch.

Limits of bytes, entries, lines and pixels keep it short for what anybody has thought of; this one holds for the rest.
"""

from __future__ import annotations

from io import BytesIO
from time import thread_time

from mnist_core.errors import DigitLabError, ZipError

LONGEST = 30.0
"""Seconds of this thread's own processor time, so that a busy machine refuses nothing: ten thousand drawings, or the
events of the longest run that is imported, take two; the largest file of pen digits takes twelve."""


class TimeLimit:
    """Begins to count when it is made, in the thread that reads."""

    def __init__(self, seconds: float, refusal: DigitLabError) -> None:
        """Begin.

        Args:
            seconds: of this thread's own processor time.
            refusal: what is raised after them.
        """
        self._until, self._refusal = thread_time() + seconds, refusal

    def check(self) -> None:
        """Raise the refusal if the reading has taken too long; to be called for each part that is read."""
        if thread_time() > self._until:
            raise self._refusal


def limit_of_zip() -> TimeLimit:
    """Return the limit for a zip file, which raises ZipError."""
    return TimeLimit(
        LONGEST,
        ZipError(
            f"the zip file takes more than {LONGEST:.0f} s to read, which none does that Digit Lab exports: "
            "export it again"
        ),
    )


class TimedFile(BytesIO):
    """A file in memory that somebody else reads, and is refused at the next part once that takes too long."""

    def __init__(self, content: bytes, limit: TimeLimit) -> None:
        super().__init__(content)
        self._limit = limit

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes, or raise the limit's refusal."""
        self._limit.check()
        return super().read(size)
