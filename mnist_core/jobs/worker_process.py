"""The workers of this machine as their server sees them: processes that are handed runs, one after another. No torch.

What one does with them: `mnist_core.jobs.worker`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from mnist_core.asker import COMMAND_LINE
from mnist_core.errors import RunError
from mnist_core.jobs.cores import share_out
from mnist_core.jobs.launcher import Turn
from mnist_core.paths import PROJECT
from mnist_core.runs.run import Run

_TURNS_KEPT = 3
_WARM_UP = 3.5
"""Seconds from a worker's start until it can begin with a run: it loads torch (Intel Xeon with AMX, 2 cores; idle)."""


class LocalWorkers:
    """Starts the worker processes of this machine."""

    problem = ""

    def __init__(self, cores: int, command: Sequence[str] | None = None) -> None:
        """Start none yet.

        Args:
            cores: of the machine, shared out among the runs that train at once.
            command: what starts a worker, if not this Python.
        """
        self.places, threads = share_out(cores)
        self._command = command or [sys.executable, "-m", "mnist_core.jobs.worker", "--share", str(threads)]

    def new_worker(self) -> WorkerProcess:
        """Start a worker; raises RunError where no process can be started."""
        return WorkerProcess(self._command)

    def left_over(self, folder: str | Path) -> Sequence[WorkerProcess]:
        """Return none: a process records its run whether a server follows it or not, and the lock tells of it."""
        return ()

    def call_when_free(self, call: Callable[[], None]) -> None:
        """Call nothing: nobody is told when a process has ended its run."""

    def close(self) -> None:
        """Do nothing: the processes have been told to end."""


class WorkerProcess:
    """One worker, getting warm from the moment it is made. Not for two threads at once."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start `command`, which reads the directories of runs from its standard input.

        Raises:
            RunError: no process can be started.
        """
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=None,  # the server's terminal, until the worker has a run with a log of its own
                cwd=PROJECT,
                start_new_session=True,  # Ctrl-C at the server's terminal must not reach a training
            )
        except OSError as error:
            raise RunError(f"no process for training can be started: {error.strerror}. End other programs") from error
        self._run: Run | None = None
        self._warm_at = time.monotonic() + _WARM_UP
        self._queue_number: float | None = None
        self.turns: deque[Turn] = deque(maxlen=_TURNS_KEPT)
        """Of the runs that it has carried out, the latest last."""

    @property
    def dead(self) -> bool:
        """Whether the process has ended, or was killed and is about to: it lets go of its run before it has gone."""
        return self._process.poll() is not None or psutil.Process(self._process.pid).status() == psutil.STATUS_ZOMBIE

    @property
    def run(self) -> Run | None:
        """The run that it is at, from the moment it is handed over until its lock is free again; None: it is idle."""
        if self._run and not self._still_queued(self._run) and not self._run.is_alive():
            self._note_turn(self._run)
            self._run = None
        return self._run

    @property
    def seconds_to_warm(self) -> float:
        """How many seconds it should take until it can begin with the first of its runs."""
        return max(0.0, self._warm_at - time.monotonic())

    @property
    def idle(self) -> bool:
        """Whether it can be handed a run."""
        return self.run is None and not self.dead

    def hand_over(self, run: Run) -> None:
        """Let it carry out a run that waits."""
        assert self._process.stdin is not None
        self._run, self._queue_number = run, run.queue_number()
        with contextlib.suppress(BrokenPipeError):  # it has just died: the next look finds out
            self._process.stdin.write(os.fsencode(run.path.resolve()) + b"\n")
            self._process.stdin.flush()

    def give_up(self) -> None:
        """Take the run that a dead worker never began out of the queue: it would be tried for ever otherwise."""
        if self._run and self._still_queued(self._run):
            self._run.dequeue(asker=COMMAND_LINE)

    def end(self) -> None:
        """Let it end: now if it is idle, else when its run does."""
        if self._process.stdin:
            self._process.stdin.close()
        if self.run is None:
            self._process.terminate()
            self._process.wait()

    def kill(self) -> None:
        """End it now, whatever it does: its run is an interrupted one then."""
        self._process.kill()
        self._process.wait()

    def _note_turn(self, run: Run) -> None:
        with contextlib.suppress(OSError):  # it was deleted, or called off before it began
            began = (run.path / "worker.json").stat().st_mtime
            self.turns.append(Turn(run, max(0.0, time.time() - began)))

    def _still_queued(self, run: Run) -> bool:
        """Return whether the run still waits for this worker: it may have begun, ended and been queued anew since."""
        number = run.queue_number()
        return number is not None and number == self._queue_number
