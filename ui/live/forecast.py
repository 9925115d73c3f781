"""How long runs should keep a place, told from the pace of others and of the machine."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.errors import RunError
from mnist_core.history import History
from mnist_core.jobs.launcher import Turn
from mnist_core.jobs.machine import read_measured
from mnist_core.jobs.wait_estimate import Pace, expected_seconds, measured_paces, pace_of
from mnist_core.runs.index import Entry
from mnist_core.runs.run import Run
from ui.cached import run_records

_OVERHEAD = 0.5
"""Seconds of a turn that are no training, before one was seen: files are written, and its end is noticed."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long runs should keep a place, from how long others have."""

    paces: Sequence[Pace]
    overhead: float
    """Seconds from the end of a run's training, as its history counts it, until the next one begins."""

    @classmethod
    def of(cls, turns: Sequence[Turn], at_work: Sequence[Entry], histories: Sequence[History]) -> Forecast:
        """Take into account the machine's measurement, the latest runs and those at work, with their histories."""
        ended = [(turn, run_records.reader(turn.run).read()) for turn in turns]
        known = [(turn.run, history) for turn, history in ended]
        known += [(entry.run, history) for entry, history in zip(at_work, histories, strict=True)]
        paces = measured_paces(read_measured())
        for run, history in known:
            with contextlib.suppress(RunError):  # edited by hand, or deleted
                paces.append(pace_of(run_records.described(run).config, history))
        beyond = [max(0.0, turn.seconds - history.seconds) for turn, history in ended]
        return cls(paces, statistics.median(beyond) if beyond else _OVERHEAD)

    def seconds_left(self, run: Run, history: History, to_begin: float = 0.0) -> float | None:
        """Return how long a run at work, to begin in `to_begin` seconds, will keep its place; None: nobody knows."""
        if run.control.command() == "pause":
            return None
        left = self._seconds(run, history.step, history.seconds)
        return left if left is None or history.started else left + to_begin

    def whole_seconds(self, entry: Entry) -> float | None:
        """Return how long a waiting run will keep its place; one that goes on does so from its last whole epoch."""
        history = run_records.reader(entry.run).read() if entry.trained else History()
        last = history.epochs[-1] if history.epochs else None
        return self._seconds(entry.run, last.step, last.seconds) if last else self._seconds(entry.run, 0, 0.0)

    def _seconds(self, run: Run, step: int, seconds: float) -> float | None:
        """Return how long a run will keep a place that has trained for so many steps and seconds."""
        try:
            config = run_records.described(run).config
        except RunError:  # edited by hand: its worker will say so
            return None
        steps = max(0, config.steps_per_epoch * config.epochs - step)
        left = expected_seconds(config, steps, self.paces)
        if left is None:
            return None
        if pace := run.control.steps_per_second():
            left = max(left, steps / pace)
        for limit in (config.max_seconds, run.control.longest()):
            if limit:
                left = min(left, max(0.0, limit - seconds))
        return left + self.overhead
