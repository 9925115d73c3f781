"""What `Jobs` needs of whatever trains its runs: processes of this machine, or a cluster. No torch.

`LocalWorkers` (`jobs.worker_process`) starts processes of this machine; `Cluster` (`mnist_core.cluster`) hands runs to
other machines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mnist_core.runs.run import Run


@dataclass(frozen=True, slots=True)
class Turn:
    """What a run took from a worker."""

    run: Run
    seconds: float
    """From when the worker began with it until it was seen to be free again: more than the run's training took."""


class Worker(Protocol):
    """Trains runs, one after another. Not for two threads at once."""

    @property
    def turns(self) -> Iterable[Turn]:
        """Of the latest runs that it has carried out, the latest last."""

    @property
    def run(self) -> Run | None:
        """The run that it is at, from the moment it is handed over until nobody trains it; None: it is idle."""

    @property
    def idle(self) -> bool:
        """Whether it can be handed a run."""

    @property
    def dead(self) -> bool:
        """Whether it can train nothing any more."""

    @property
    def seconds_to_warm(self) -> float:
        """How many seconds it should take until it can begin with the first of its runs."""

    def hand_over(self, run: Run) -> None:
        """Let it carry out a run that waits."""

    def give_up(self) -> None:
        """Take the run that a dead worker never began out of the queue: it would be tried for ever otherwise."""

    def end(self) -> None:
        """Let it end: now if it is idle, else when its run does."""


class Launcher(Protocol):
    """Makes workers, and says how many runs they may train at once."""

    @property
    def places(self) -> int:
        """How many runs may train at once; 0: none now."""

    @property
    def problem(self) -> str:
        """What keeps it from training, as a sentence; empty for nothing."""

    def new_worker(self) -> Worker:
        """Return a new worker.

        Raises:
            RunError: none can be made.
        """

    def left_over(self, folder: str | Path) -> Sequence[Worker]:
        """Return the workers at runs in `folder` that a process before this one has handed over and follows no more."""

    def call_when_free(self, call: Callable[[], None]) -> None:
        """Have `call` called, in any thread, when a worker becomes free; who cannot tell when calls nothing."""

    def close(self) -> None:
        """Make no more workers; called when all have been told to end."""
