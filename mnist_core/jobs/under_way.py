"""The runs that are under way at one look, and which of those that wait are to begin. No torch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mnist_core.runs.index import Entry
from mnist_core.runs.run import Run


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The runs that are under way at one look."""

    at_work: Sequence[Entry]
    """Those that train, pause, or are handed to a worker; the oldest first."""
    waiting: Sequence[Entry]
    """Those that wait for a place, the next one first: first come, first served, repetitions last."""

    @classmethod
    def of(cls, active: Sequence[Entry], handed: Collection[str]) -> UnderWay:
        """Part the active runs of a folder; `handed` are the ids of those that are handed to a worker."""
        waiting = [e for e in active if e.queue_number is not None and not e.alive and e.run.id not in handed]
        chosen = {entry.run.id for entry in waiting}
        return cls(
            at_work=[entry for entry in active if entry.run.id not in chosen],
            waiting=sorted(waiting, key=lambda entry: (entry.group != "", entry.queue_number or 0.0, entry.run.id)),
        )


def one_each(now: UnderWay) -> list[Run]:
    """Return the runs that may begin: of each seat that has none at work the first, unless it holds with its class."""
    working = {entry.charged_to for entry in now.at_work}
    chosen = []
    for entry in now.waiting:
        if entry.run.control.command() == "pause":
            continue
        if not entry.charged_to or entry.charged_to not in working:
            chosen.append(entry.run)
            working.add(entry.charged_to)
    return chosen
