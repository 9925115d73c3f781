"""How long the reading of a file from outside may take. No torch.

Limits of bytes, entries and lines keep it short for whatever anybody has thought of; this one holds for the rest.
"""

from __future__ import annotations

from time import thread_time

from mnist_core.errors import ZipError

LONGEST = 30.0
"""Seconds of this thread's own processor time, so that a busy machine refuses nothing: ten thousand drawings, or the
events of the longest run that is imported, take two."""


class TimeLimit:
    """Begins to count when it is made, in the thread that reads."""

    def __init__(self) -> None:
        self._until = thread_time() + LONGEST

    def check(self) -> None:
        """Raise ZipError if the reading has taken too long; to be called for each part that is read."""
        if thread_time() > self._until:
            raise ZipError(
                f"the zip file takes more than {LONGEST:.0f} s to read, which none does that Digit Lab exports: "
                "export it again"
            )
