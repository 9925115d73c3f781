"""What is under way and who waits, looked at twice a second at most, however many pages ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.history import History
from mnist_core.jobs.wait_estimate import expected_seconds, expected_starts
from mnist_core.paths import runs_folder
from mnist_core.runs.run import Run
from ui.cached import run_records

_FRESH, _LINES_FRESH = 0.5, 1.0
"""Seconds for which all who ask get the same look, and the same lines."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One look at the runs that are under way."""

    active: Sequence[Run]
    """All of them, as `Jobs.active` has it: those at work, then those that wait."""
    waiting: Sequence[Run]
    """The next one first."""
    starts: Sequence[float | None]
    """In how many seconds each of those that wait should begin; None: nobody knows."""

    @property
    def busy(self) -> list[Run]:
        """The runs that train, pause, or are handed to a worker."""
        return [run for run in self.active if run not in self.waiting]


def look() -> Queue:
    """Return what is under way, as of now or a moment ago.

    Raises:
        RunError: the folder of runs cannot be read.
    """
    return _look(str(runs_folder()))


@st.cache_resource(show_spinner=False, ttl=_FRESH, max_entries=1)
def _look(folder: str) -> Queue:
    jobs = run_records.jobs()
    active, waiting = jobs.active(), jobs.waiting()
    busy = [run for run in active if run not in waiting]
    if not waiting:
        return Queue(active, [], [])
    histories = [run_records.reader(run).read() for run in busy]
    working = [
        (run.visitor(), seconds_left(run, history) if run.status(history) == "running" else None)
        for run, history in zip(busy, histories, strict=True)
    ]
    queued = [(run.visitor(), _seconds_expected(run, busy, histories)) for run in waiting]
    return Queue(active, waiting, expected_starts(max(jobs.places, len(busy)), working, queued))


class Line(TypedDict):
    """One run that is under way, for a list of them."""

    run: str
    """Its id."""
    title: str
    """Plain text, as somebody may have written it."""
    told: str
    """How it stands."""
    progress: float
    """Share of it that is done, 0 to 1."""


@st.cache_resource(show_spinner=False, ttl=_LINES_FRESH, max_entries=1)
def lines() -> list[Line]:
    """Return what the lists of runs show, in the order of `Queue.active`; never change it.

    Raises:
        RunError: the folder of runs cannot be read.
    """
    found = []
    for run in look().active:
        history = run_records.reader(run).read()
        told = f"{run.status(history)}, {history.progress:.0%}"
        found.append(Line(run=run.id, title=run_records.title_of(run), told=told, progress=history.progress))
    return found


def seconds_left(run: Run, history: History) -> float | None:
    """Return how long a run will still train, at its pace or in slow motion; None where nobody knows."""
    left, pace = history.seconds_left, run.control.steps_per_second()
    if left is None or not pace or not history.started:
        return left
    return max(left, (history.started.total_steps - history.step) / pace)


def _seconds_expected(run: Run, busy: Sequence[Run], histories: Sequence[History]) -> float | None:
    """Return about how long a waiting run will take, from the pace of one that trains."""
    try:
        for other, history in zip(busy, histories, strict=True):
            if history.step:
                return expected_seconds(run.config(), history, other.config())
    except RunError:  # edited by hand: the worker will say so
        pass
    return None
