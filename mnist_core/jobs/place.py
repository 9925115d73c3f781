"""Who gets the place of a run that is paused. No torch."""

from __future__ import annotations

from typing import Literal

from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs

PLACE_KEPT = 600.0
"""Seconds for which a paused run keeps its place while others than the teacher wait."""
LOOK_EVERY = 2.0
"""Seconds between looks, in a pause, whether others wait."""


def who_takes_the_place(run: Run, paused: float) -> Literal["teacher", "others"] | None:
    """Return who waits for the place of a run that has been paused for so many seconds, and may have it.

    The teacher, who has paused a class to show something, has a seat's place at once.
    """
    # One that waits and is to hold, as all of a paused class are, would do nothing with the place.
    runs = (other for other in list_runs(run.path.parent) if other.queue_number() is not None)
    others = [other for other in runs if other.control.command() == "run"]
    if run.owner() and any(not other.owner() and not other.group() for other in others):
        return "teacher"
    return "others" if others and paused > PLACE_KEPT else None
