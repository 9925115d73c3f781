"""How a run stands, in one line: its state, how far it is, and how long it will be or wait."""

from __future__ import annotations

from mnist_core.events import Finished
from mnist_core.history import History
from mnist_core.runs.run import Run, Status
from ui.live import queue


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
        if (left := queue.seconds_left(run, history)) is not None:
            parts.append(f"{duration(left)} left")
    elif history.seconds:
        parts.append(f"{history.seconds:,.1f} s of training")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """Return a span of time in words: seconds, minutes or hours."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 100 * 60 else f"{seconds / 3600:.0f} h"


def _describe_queue(run: Run) -> list[str]:
    """Return which place in the queue the run has, and when it should begin."""
    waits = queue.look()
    if run not in waits.waiting:
        return ["starting"]
    place = waits.waiting.index(run)
    turn = "waiting for its turn"
    if run.visitor() and run.visitor() in {other.visitor() for other in waits.busy}:
        turn = "waiting for its visitor's other run to end"
    parts = [turn, "next in the queue" if place == 0 else f"{place} before it in the queue"]
    start = waits.starts[place]
    return parts if start is None else [*parts, f"starts in about {duration(start)}"]
