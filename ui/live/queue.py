"""Which runs are under way and which wait: worked out once for each look at the runs, however many pages ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypedDict, TypeVar

from mnist_core.history import History
from mnist_core.jobs.wait_estimate import expected_starts
from mnist_core.runs.index import Entry, Listing, index_of
from mnist_core.runs.run import Run
from ui.cached import run_records
from ui.live.forecast import Forecast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Queue:
    """What is under way at one look, as `Jobs.under_way` has it, and when those that wait should begin."""

    at_work: Sequence[Entry] = ()
    waiting: Mapping[str, float | None] = field(default_factory=dict)
    """By the ids of the runs that wait, the next one first: in how many seconds; None: nobody knows."""

    @property
    def seats_at_work(self) -> set[str]:
        """Return which seats have a run at work."""
        return {entry.charged_to for entry in self.at_work if entry.charged_to}


class _Latest(Generic[T]):
    """What was made of the latest look at the runs, for all who ask until there is another one."""

    def __init__(self, make: Callable[[Listing], T]) -> None:
        self._make, self._guard = make, threading.Lock()
        self._made: tuple[Listing, T] | None = None

    def of(self, listing: Listing) -> T:
        with self._guard:
            if self._made is None or self._made[0] is not listing:
                self._made = listing, self._make(listing)
            return self._made[1]


def look() -> Queue:
    """Return what is under way, as of the latest look at the runs (`mnist_core.runs.index`).

    Raises:
        RunError: the folder of runs cannot be read.
    """
    return _queue.of(index_of().look())


def _look(listing: Listing) -> Queue:
    jobs = run_records.jobs()
    now = jobs.under_way(listing)
    if not now.waiting:
        return Queue(now.at_work)
    histories = [run_records.reader(entry.run).read() for entry in now.at_work]
    to_begin = jobs.seconds_to_begin()
    forecast = Forecast.of(jobs.turns, now.at_work, histories)
    working = [
        (entry.charged_to, forecast.seconds_left(entry.run, history, to_begin.get(entry.run.id, 0.0)))
        for entry, history in zip(now.at_work, histories, strict=True)
    ]
    going_on = [entry for entry in now.waiting if entry.run.control.command() != "pause"]
    queued = [(entry.charged_to, forecast.whole_seconds(entry)) for entry in going_on]
    starts = expected_starts(max(jobs.places, len(now.at_work), 1), working, queued)
    waiting: dict[str, float | None] = {entry.run.id: None for entry in now.waiting}  # those that hold with their class
    return Queue(now.at_work, waiting | dict(zip([entry.run.id for entry in going_on], starts, strict=True)))


_queue = _Latest(_look)


class Line(TypedDict):
    """One run that is under way, for a list of them."""

    run: str
    """Its id."""
    title: str
    """Plain text, as somebody may have written it."""
    status: str
    """How it stands."""
    progress: float
    """Share of it that is done, 0 to 1."""


def lines() -> list[Line]:
    """Return what the lists of runs show, those at work first, then those that wait; never change it.

    Raises:
        RunError: the folder of runs cannot be read.
    """
    return _lines.of(index_of().look())


def _list_lines(listing: Listing) -> list[Line]:
    now = run_records.jobs().under_way(listing)
    found = []
    for entry in (*now.at_work, *now.waiting):
        begun = entry.alive or entry.trained  # of those that have not, a whole class may wait
        history = run_records.reader(entry.run).read() if begun else History()
        status = "queued" if entry.queue_number is not None else entry.run.status(history)
        title, told = run_records.title_of(entry.run), f"{status}, {history.progress:.0%}"
        found.append(Line(run=entry.run.id, title=title, status=told, progress=history.progress))
    return found


_lines = _Latest(_list_lines)


def seconds_left(run: Run, history: History) -> float | None:
    """Return how long a run will still train, at its pace or in slow motion; None where nobody knows."""
    left, pace, longest = history.seconds_left, run.control.steps_per_second(), run.control.longest()
    if left is not None and longest:
        left = min(left, max(0.0, longest - history.seconds))
    if left is None or not pace or not history.started:
        return left
    return max(left, (history.started.total_steps - history.step) / pace)
