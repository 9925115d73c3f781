"""Jobs: starts, pauses, resumes and stops runs, first come first served, never more than the cores bear. No torch."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from mnist_core.config import TrainConfig
from mnist_core.errors import RunError
from mnist_core.jobs.cores import share_out
from mnist_core.jobs.worker_process import WorkerProcess
from mnist_core.runs import repetitions
from mnist_core.runs.run import RESUMABLE, Run
from mnist_core.runs.store import create_run, discard, list_runs

_LOOK_EVERY = 0.5
"""Seconds between looks at who has finished."""
MOST_RUNS = 3
"""Runs that one visitor may have at work, which is one, or waiting: a whole class shares one machine.

The repetitions of a run count as one: they train one after another, and let everybody else's runs go first.
"""
_REST = 10.0
"""Seconds without a new warm worker after one has died: what kills it at once would kill the next one too."""


class Jobs:
    """The workers of one server. One warm worker always waits while a place is free, so that a run starts at once.

    Make one per folder of runs and keep it; `close` it at the end. All methods may be called from any thread.
    """

    def __init__(self, folder: str | Path, *, cores: int, command: Sequence[str] | None = None) -> None:
        self._folder = Path(folder)
        self._places, threads = share_out(cores)
        self._command = command or [sys.executable, "-m", "mnist_core.jobs.worker", "--share", str(threads)]
        self._workers: list[WorkerProcess] = []
        self._guard = threading.RLock()
        self._rest_until = 0.0
        self._closed = threading.Event()
        self._dispatch()
        threading.Thread(target=self._watch, name="digit-lab-jobs", daemon=True).start()

    @property
    def places(self) -> int:
        """How many runs may train at once."""
        return self._places

    def start(
        self,
        config: TrainConfig,
        name: str,
        *,
        visitor: str = "",
        steps_per_second: float = 0,
        fine_tuning: bytes = b"",
    ) -> Run:
        """Record a new run and start it, or queue it when all places are taken.

        Args:
            config: what to train.
            name: what to call it: its preset.
            visitor: an anonymous key of who asks: one visitor's runs train one after the other, and at most
                `MOST_RUNS` may be under way. Without a key there is no limit.
            steps_per_second: slow motion from the first step on; 0: full speed.
            fine_tuning: of a fine-tuning, its file (`FineTuning.to_bytes`).

        Raises:
            RunError: the folder of runs cannot be written, or the visitor has enough runs already.
        """
        with self._admitted(visitor):
            run = create_run(config, name, self._folder, visitor=visitor, fine_tuning=fine_tuning)
            try:
                if steps_per_second:
                    run.control.request_steps_per_second(steps_per_second)
                run.enqueue()
            except RunError:  # the disk is full since a moment ago
                discard(run)
                raise
        return run

    def resume(self, run: Run) -> None:
        """Let a paused run go on, or start an interrupted, stopped or failed one again from its last whole epoch.

        Raises:
            RunError: it is running, or has finished, or its visitor has enough runs already.
        """
        with self._guard:  # two who resume it at once queue it once
            status = run.status(run.history())
            if status == "paused":
                run.control.request("run")
            elif status in RESUMABLE:
                with self._admitted(run.visitor()):
                    run.enqueue()
            else:
                raise RunError(
                    f"the run {run.id} is {status}: only a paused, interrupted, stopped or failed run can be resumed"
                )

    def extend(self, run: Run, epochs: int = 1) -> None:
        """Train `epochs` more than a run has done that is under way no more; its test images are then read once more.

        The schedule of its learning rate stays as it was: beyond its end, see `schedule.learning_rate`.

        Raises:
            RunError: it is under way, would be too long, or its visitor has enough runs already.
        """
        with self._admitted(run.visitor()):
            run.extend(epochs)
            run.enqueue()

    def repeat(self, run: Run, count: int, *, visitor: str = "") -> list[Run]:
        """Queue repetitions of a run with other seeds; raises what `repetitions.repeat` does, and what `start` does."""
        with self._admitted(visitor):
            return repetitions.repeat(run, count, self._folder, visitor=visitor)

    @contextlib.contextmanager
    def _admitted(self, visitor: str) -> Iterator[None]:
        """Queue a run in this context, at whose end it is handed out; refuse a visitor who has enough runs already."""
        with self._guard:
            if visitor and len({r.group() or r.id for r in self.active() if r.visitor() == visitor}) >= MOST_RUNS:
                raise RunError(
                    f"you have {MOST_RUNS} runs under way already, one at work and the others waiting: wait until one "
                    "ends, or stop one"
                )
            yield
        self._dispatch()

    def pause(self, run: Run) -> None:
        """Pause a run at its next report; it keeps its place."""
        if run.is_alive():
            run.control.request("pause")

    def stop(self, run: Run) -> None:
        """Stop a run at its next report, or call it off if it waits. Stopping what does not run does nothing."""
        with self._guard:
            if run.queued_since() is not None and not any(w.run == run for w in self._workers):
                run.dequeue()
            elif run.is_alive() or run.queued_since() is not None:
                run.control.request("stop")

    def waiting(self) -> list[Run]:
        """Return the runs that wait for a place, the next one first: first come, first served, repetitions last."""
        with self._guard:
            handed = {w.run for w in self._workers}
        queued = [(since, run) for run in list_runs(self._folder) if (since := run.queued_since()) is not None]
        queued.sort(key=lambda entry: (entry[1].group() != "", entry[0], entry[1].id))
        return [run for _, run in queued if run not in handed]

    def active(self) -> list[Run]:
        """Return the runs that run or pause, the oldest first, and then those that wait, the next one first."""
        waiting = self.waiting()
        others = [run for run in reversed(list_runs(self._folder)) if run not in waiting]
        return [run for run in others if run.queued_since() is not None or run.is_alive()] + waiting

    def close(self) -> None:
        """Give no more runs to the workers: idle ones end now, busy ones when their run does."""
        self._closed.set()
        with self._guard:
            for worker in self._workers:
                worker.end()

    def _watch(self) -> None:
        while not self._closed.wait(_LOOK_EVERY):
            # A folder that cannot be read now may be readable later; the next look tells.
            with contextlib.suppress(OSError, RunError):
                self._dispatch()

    def _dispatch(self) -> None:
        """Replace workers that died, keep one warm while a place is free, and hand out the runs that wait."""
        with self._guard:
            if self._closed.is_set():
                return
            for worker in [w for w in self._workers if w.dead]:
                worker.give_up()
                self._workers.remove(worker)
                self._rest_until = time.monotonic() + _REST
            waiting = self.waiting()
            ours = [w.run for w in self._workers if w.run]
            # Workers of a server that is gone, or of the command line, take places too.
            foreign = sum(r.is_alive() for r in list_runs(self._folder) if r not in ours) if waiting else 0
            free = self._places - foreign - len(ours)
            waiting = self._one_each(waiting) if free > 0 else waiting
            idle = [w for w in self._workers if w.idle]
            if not waiting and time.monotonic() < self._rest_until:
                return
            while free > 0 and (waiting or not idle):
                if not idle:
                    idle.append(WorkerProcess(self._command))
                    self._workers.append(idle[0])
                if waiting:
                    idle.pop().hand_over(waiting.pop(0))
                    free -= 1

    def _one_each(self, waiting: list[Run]) -> list[Run]:
        """Pass over the runs of visitors who have one at work already, and all but the first of the others."""
        if not waiting:
            return []
        working = {run.visitor() for run in self.active() if run not in waiting}
        chosen = []
        for run in waiting:
            visitor = run.visitor()
            if not visitor or visitor not in working:
                chosen.append(run)
                working.add(visitor)
        return chosen
