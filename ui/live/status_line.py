"""How a run stands, in one line: its state, how far it is, and how long it will be or wait."""

from __future__ import annotations

from mnist_core.events import Finished
from mnist_core.formatting import duration
from mnist_core.history import History
from mnist_core.runs.run import Run, Status
from ui.cached import run_records
from ui.live import queue


def describe_status(run: Run, history: History, status: Status) -> str:
    """Return the line, its parts separated by dots."""
    if status == "queued":
        return " · ".join(_describe_queue(run))
    parts = [status, f"{history.progress:.0%}"]
    if run.on_cluster.exists() and (problem := run_records.jobs().problem):
        parts.append(problem)
    if status == "paused" and run.is_set_aside():
        parts.append("its place went to others: Resume gets it in line again")
    if history.ended_early and history.started and isinstance(history.end, Finished):
        done, planned = (n // history.started.steps_per_epoch for n in (history.end.step, history.started.total_steps))
        parts = [f"ended early, after epoch {done} of {planned}"]
    if history.time_limit and history.started and isinstance(history.end, Finished):
        parts = [f"ended by its limit of {history.time_limit:,} s, after {history.epochs_shown:.2g} epochs"]
    if status == "running" and history.steps:
        pace = run.control.steps_per_second()
        slow = f"slow motion, {pace:g} step{'s' if pace > 1 else ''}/s"
        parts.append(slow if pace else f"{history.steps[-1].images_per_second:,.0f} images/s")
        if (left := queue.seconds_left(run, history)) is not None:
            parts.append(f"{duration(left)} left")
    elif history.seconds and not history.time_limit:  # the test, which follows the limit, counts in them
        parts.append(f"{history.seconds:,.1f} s of training")
    return " · ".join(parts)


def _describe_queue(run: Run) -> list[str]:
    """Return which place in the queue the run has, and when it should begin."""
    waits = queue.look()
    if run.id not in waits.waiting:
        return ["starting"]
    if run.control.command() == "pause":
        return ["waiting while the class is paused"]
    if problem := run_records.jobs().problem:
        return [problem]
    place = list(waits.waiting).index(run.id)
    turn = "waiting for its turn"
    if (seat := run.charged_to()) and seat in waits.seats_at_work:
        turn = "waiting for another run of the same seat to end"
    parts = [turn, "next in the queue" if place == 0 else f"{place} before it in the queue"]
    start = waits.waiting[run.id]
    return parts if start is None else [*parts, f"starts in about {duration(start)}"]
