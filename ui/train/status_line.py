"""How a run stands, in one line: its state, how far it is, and how long it will be or wait."""

from __future__ import annotations

from mnist_core.errors import RunError
from mnist_core.events import Finished
from mnist_core.history import History
from mnist_core.jobs.wait_estimate import expected_seconds, expected_starts
from mnist_core.runs.run import Run, Status
from ui.cached import run_records


def describe_status(run: Run, history: History, status: Status) -> str:
    """Return the line, its parts separated by dots."""
    if status == "queued":
        return " · ".join(_describe_queue(run))
    parts = [status, f"{history.progress:.0%}"]
    if history.ended_early and history.started and isinstance(history.end, Finished):
        done, planned = (n // history.started.steps_per_epoch for n in (history.end.step, history.started.total_steps))
        parts = [f"ended early, after epoch {done} of {planned}"]
    if status == "running" and history.steps:
        pace = run.control.steps_per_second()
        slow = f"slow motion, {pace:g} step{'s' if pace > 1 else ''}/s"
        parts.append(slow if pace else f"{history.steps[-1].images_per_second:,.0f} images/s")
        if (left := _seconds_left(run, history)) is not None:
            parts.append(f"{duration(left)} left")
    elif history.seconds:
        parts.append(f"{history.seconds:,.1f} s of training")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """Return a span of time in words: seconds, minutes or hours."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 100 * 60 else f"{seconds / 3600:.0f} h"


def _seconds_left(run: Run, history: History) -> float | None:
    left, pace = history.seconds_left, run.control.steps_per_second()
    if left is None or not pace or not history.started:
        return left
    return max(left, (history.started.total_steps - history.step) / pace)


def _describe_queue(run: Run) -> list[str]:
    """Return which place in the queue the run has, and when it should begin."""
    jobs = run_records.jobs()
    waiting = jobs.waiting()
    if run not in waiting:
        return ["starting"]
    place = waiting.index(run)
    busy = [other for other in jobs.active() if other not in waiting]
    turn = "waiting for its turn"
    if run.visitor() and run.visitor() in {other.visitor() for other in busy}:
        turn = "waiting for its visitor's other run to end"
    parts = [turn, "next in the queue" if place == 0 else f"{place} before it in the queue"]
    histories = [run_records.reader(other).read() for other in busy]
    working = [
        (other.visitor(), _seconds_left(other, history) if other.status(history) == "running" else None)
        for other, history in zip(busy, histories, strict=True)
    ]
    queue = [(other.visitor(), _seconds_expected(other, busy, histories)) for other in waiting]
    start = expected_starts(max(jobs.places, len(busy)), working, queue)[place]
    return parts if start is None else [*parts, f"starts in about {duration(start)}"]


def _seconds_expected(run: Run, busy: list[Run], histories: list[History]) -> float | None:
    """Return about how long a waiting run will take, from the pace of one that trains."""
    try:
        for other, history in zip(busy, histories, strict=True):
            if history.step:
                return expected_seconds(run.config(), history, other.config())
    except RunError:  # edited by hand: the worker will say so
        pass
    return None
