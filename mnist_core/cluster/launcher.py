"""The cluster as `Jobs` sees it: a launcher whose workers hand their runs on. No torch."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from mnist_core.asker import COMMAND_LINE
from mnist_core.cluster.carrying import Carrying
from mnist_core.cluster.connection import Connection
from mnist_core.errors import DigitLabError
from mnist_core.jobs.launcher import Turn
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs

_TURNS_KEPT = 3
_STOP = 10.0
"""Seconds for which an app that ends waits for runs that it was asked to stop."""


class Cluster:
    """Hands runs to a Dask cluster."""

    def __init__(self, address: str, *, shared_disk: bool = True) -> None:
        """Begin to connect to it.

        Args:
            address: of its scheduler, such as tcp://scheduler:8786.
            shared_disk: whether workers that see the folder of runs may write to it.
        """
        self._connection, self._shared_disk = Connection(address), shared_disk
        self._workers: list[ClusterWorker] = []
        self._when_free: Callable[[], None] = lambda: None

    @property
    def places(self) -> int:
        """How many runs the cluster's workers train at once; 0: there are none, or the scheduler does not answer."""
        return self._connection.places

    @property
    def problem(self) -> str:
        """What keeps runs from being trained, as a sentence; empty for nothing."""
        return next(filter(None, (self._connection.problem, *(one.problem for one in self._workers))), "")

    def new_worker(self) -> ClusterWorker:
        """Return one that can be handed a run. It takes no room anywhere until then."""
        worker = ClusterWorker(self._connection, lambda: self._when_free(), shared_disk=self._shared_disk)
        self._workers.append(worker)
        return worker

    def left_over(self, folder: str | Path) -> Sequence[ClusterWorker]:
        """Return workers at the runs that an app before this one has handed to the cluster."""
        found = []
        with contextlib.suppress(DigitLabError):  # a folder that cannot be read now has none that could go on
            for run in list_runs(folder):
                if run.on_cluster.exists() and run.status(run.history()) == "interrupted" and not run.is_alive():
                    found.append(self.new_worker())
                    found[-1].hand_over(run)
        return found

    def call_when_free(self, call: Callable[[], None]) -> None:
        """Have `call` called when a worker has become free."""
        self._when_free = call

    def close(self) -> None:
        """Leave the cluster. Runs go on there, and the next app finds them; those that are to stop are waited for."""
        until = time.monotonic() + _STOP
        while time.monotonic() < until and any(one.is_to_stop for one in self._workers):
            time.sleep(0.05)
        self._connection.close()


class ClusterWorker:
    """Carries one run at a time out on the cluster."""

    dead = False
    seconds_to_warm = 0.0

    def __init__(self, connection: Connection, when_free: Callable[[], None], *, shared_disk: bool) -> None:
        self._connection, self._when_free, self._shared_disk = connection, when_free, shared_disk
        self._carrying: Carrying | None = None
        self.run: Run | None = None
        """The run that it is at."""
        self.turns: deque[Turn] = deque(maxlen=_TURNS_KEPT)
        """Of the runs that it has carried out, the latest last."""

    @property
    def idle(self) -> bool:
        """Whether it can be handed a run."""
        return self.run is None

    @property
    def problem(self) -> str:
        """What keeps its run from being recorded, as a sentence; empty for nothing."""
        return self._carrying.problem if self._carrying else ""

    @property
    def is_to_stop(self) -> bool:
        """Whether its run was asked to stop, and has not yet."""
        return (run := self.run) is not None and run.control.command() == "stop"

    def hand_over(self, run: Run) -> None:
        """Let the cluster train a run."""
        self.run = run
        self._connection.begin(self._carry_out(run))

    def give_up(self) -> None:
        """Do nothing: it is never dead."""

    def end(self) -> None:
        """Do nothing: its run goes on in the cluster."""

    async def _carry_out(self, run: Run) -> None:
        began = time.monotonic()
        self._carrying = Carrying(run, self._connection, may_share=self._shared_disk)
        try:
            await self._carrying.carry_out()
            self.turns.append(Turn(run, time.monotonic() - began))
        except (
            DigitLabError,
            OSError,
        ):  # another process has it, or it has gone: one that waits would be tried for ever
            with contextlib.suppress(DigitLabError):
                if not run.is_alive():
                    run.dequeue(asker=COMMAND_LINE)
        except Exception:
            logging.getLogger(__name__).exception("following the run %s broke off", run.id)
        finally:
            self._carrying = self.run = None
            self._when_free()
