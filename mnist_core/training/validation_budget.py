"""Decide when validation within an epoch is affordable: it may take a small share of the training time."""

from __future__ import annotations

SHARE = 0.05
"""Of an epoch's time so far."""
READING = 1 / 3
"""Of the time that training on an image takes, reading it takes about so much."""


class ValidationBudget:
    """What validation may cost within one epoch, and what it has cost."""

    def __init__(self, images: int) -> None:
        """Take the number of validation images; with none, nothing is ever affordable."""
        self._images = images
        self._spent = 0.0
        self._last: float | None = None

    def affords(self, seconds: float, pace: float) -> bool:
        """Return whether another validation is affordable, `seconds` after the epoch began.

        Args:
            seconds: since the epoch began.
            pace: images a second that are trained on: what a validation costs is not known before the first one.
        """
        expected = self._images * READING / pace if self._last is None else self._last
        return self._images > 0 and self._spent + expected <= SHARE * seconds

    def spend(self, seconds: float) -> None:
        """Take in what a validation has cost."""
        self._spent += seconds
        self._last = seconds
