"""Jobs: starts, pauses, resumes and stops runs, first come first served, never more than there are places. No torch."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mnist_core.asker import Asker
from mnist_core.config import TrainConfig
from mnist_core.errors import DigitLabError, RunError
from mnist_core.jobs.admission import Neighbours, require_place
from mnist_core.jobs.launcher import Launcher, Turn, Worker
from mnist_core.jobs.under_way import UnderWay, one_each
from mnist_core.runs import repetitions
from mnist_core.runs.index import Entry, Listing, index_of
from mnist_core.runs.room import require_room
from mnist_core.runs.run import RESUMABLE, Run
from mnist_core.runs.store import create_run, discard

_LOOK_EVERY = 0.5
"""Seconds between looks at who has finished."""
_REST = 10.0
"""Seconds without a new warm worker after one has died: what kills it at once would kill the next one too."""


class Jobs:
    """The workers of one server. One warm worker always waits while a place is free, so that a run starts at once.

    Make one per folder of runs and keep it; `close` it at the end. All methods may be called from any thread.

    Args:
        folder: of the runs.
        launcher: makes the workers; these jobs close it.
        most: how many runs may train at once now, asked at every look; 0: as many as the launcher has places for.
        at_look: called with these jobs before every look at who has finished, from a thread of theirs.
    """

    def __init__(
        self,
        folder: str | Path,
        launcher: Launcher,
        *,
        most: Callable[[], int] = lambda: 0,
        at_look: Callable[[Jobs], None] = lambda jobs: None,
    ) -> None:
        self._folder, self._index = Path(folder), index_of(folder)
        self._launcher = launcher
        self._most, self._at_look = most, at_look
        self._workers: list[Worker] = [*launcher.left_over(self._folder)]
        self._guard = threading.RLock()
        self._rest_until = 0.0
        self._neighbours = Neighbours()
        self._closed, self._look_now = threading.Event(), threading.Event()
        launcher.call_when_free(self._look_now.set)
        self._dispatch()
        threading.Thread(target=self._watch, name="digit-lab-jobs", daemon=True).start()

    @property
    def places(self) -> int:
        """How many runs may train at once; 0: none now, see `problem`."""
        return min(self._launcher.places, self._most() or self._launcher.places)

    @property
    def problem(self) -> str:
        """What keeps runs that wait from being trained now, as a sentence; empty for nothing."""
        return self._launcher.problem

    @property
    def turns(self) -> list[Turn]:
        """What the latest runs of these workers took, to tell from it what others will take."""
        with self._guard:
            return [turn for worker in self._workers for turn in worker.turns]

    def seconds_to_begin(self) -> dict[str, float]:
        """Return in how many seconds the runs that are handed to workers should begin, by their ids."""
        with self._guard:
            return {run.id: worker.seconds_to_warm for worker in self._workers if (run := worker.run)}

    def start(
        self,
        config: TrainConfig,
        name: str,
        *,
        asker: Asker,
        steps_per_second: float = 0,
        fine_tuning: bytes = b"",
        group: str = "",
    ) -> Run:
        """Record a new run and start it, or queue it when all places are taken.

        Args:
            config: what to train.
            name: what to call it: its preset.
            asker: who asks: one seat's runs train one after the other, and `quotas` says how many may be under
                way. For others there is no limit.
            steps_per_second: slow motion from the first step on; 0: full speed.
            fine_tuning: of a fine-tuning, its file (`FineTuning.to_bytes`).
            group: of a run of a sweep, the sweep's id: in the queue, it stands behind runs of their own.

        Raises:
            RunError: the folder of runs cannot be written.
            QuotaError: the seat, or all together, have as many runs as they may have.
        """
        with self._admitted(asker, config, more=1):
            run = create_run(config, name, self._folder, asker=asker, group=group, fine_tuning=fine_tuning)
            try:
                if steps_per_second:
                    run.control.request_steps_per_second(steps_per_second, asker=asker)
                run.enqueue(asker=asker)
            except RunError:  # the disk is full since a moment ago
                discard(run, asker=asker)
                raise
        return run

    def resume(self, run: Run, *, asker: Asker) -> None:
        """Let a paused run go on, or start an interrupted, stopped or failed one again from its last whole epoch.

        Raises:
            NotYoursError: it is not the asker's.
            RunError: it is running, or has finished.
            QuotaError: as of `start`.
        """
        run.require(asker)
        with self._guard:  # two who resume it at once queue it once
            status = run.status(run.history())
            if status == "paused" and not run.is_set_aside():
                run.control.request("run", asker=asker)
            elif status == "paused" or status in RESUMABLE:
                with self._admitted(asker, run.config()):
                    run.enqueue(asker=asker)
            else:
                raise RunError(
                    f"the run {run.id} is {status}: only a paused, interrupted, stopped or failed run can be resumed"
                )

    def extend(self, run: Run, epochs: int = 1, *, asker: Asker) -> None:
        """Train `epochs` more than a run has done that is under way no more; its test images are then read once more.

        The schedule of its learning rate stays as it was: beyond its end, see `schedule.learning_rate`.

        Raises:
            NotYoursError: it is not the asker's.
            RunError: it is under way, or would be too long.
            QuotaError: as of `start`.
        """
        run.require(asker)
        with self._admitted(asker, run.config()):
            run.extend(epochs, asker=asker)
            run.enqueue(asker=asker)

    def repeat(self, run: Run, count: int, *, asker: Asker) -> list[Run]:
        """Queue repetitions of a run with other seeds; raises what `repetitions.repeat` does, and what `start` does."""
        with self._admitted(asker, run.config(), more=count):
            return repetitions.repeat(run, count, self._folder, asker=asker)

    @contextlib.contextmanager
    def _admitted(self, asker: Asker, config: TrainConfig, *, more: int = 0) -> Iterator[None]:
        """Queue a run in this context, at whose end it is handed out; refuse what exceeds a quota.

        `more` is how many new runs are recorded.
        """
        with self._guard:
            if more:
                require_room(self._folder, asker=asker, more=more)
            self._index.expire()  # nobody is refused for a run that has ended by now
            active = self._active()
            self._neighbours.require_place(asker, active)
            require_place(asker, config, active, self.places, count=max(more, 1))
            yield
            self._neighbours.note(asker)
            self._index.expire()
        self._dispatch()

    def pause(self, run: Run, *, asker: Asker) -> None:
        """Pause a run at its next report; it keeps its place for a while, and as long as nobody else waits for one.

        Afterwards it is set aside, and gets in line again when it is resumed.

        Raises:
            NotYoursError: it is not the asker's.
        """
        run.require(asker)
        if run.is_alive():
            run.control.request("pause", asker=asker)

    def stop(self, run: Run, *, asker: Asker) -> None:
        """Stop a run at its next report, or call it off if it waits. Stopping what does not run does nothing.

        Raises:
            NotYoursError: it is not the asker's.
        """
        run.require(asker)
        with self._guard:
            queued = run.queue_number() is not None
            if run.is_alive() or (queued and any(w.run == run for w in self._workers)):
                run.control.request("stop", asker=asker)
            elif queued:
                run.dequeue(asker=asker)
            elif run.is_set_aside():
                run.control.request("run", asker=asker)  # which makes it an interrupted one
            self._index.expire()

    def under_way(self, listing: Listing | None = None) -> UnderWay:
        """Return which runs are under way, as of now or of a look at the folder.

        Raises:
            RunError: the folder of runs cannot be read; `waiting` and `active` raise the same.
        """
        active = (listing or self._index.look()).active
        with self._guard:
            handed = {run.id for worker in self._workers if (run := worker.run)}
        return UnderWay.of(active, handed)

    def waiting(self) -> list[Run]:
        """Return the runs that wait for a place, the next one first."""
        return [entry.run for entry in self.under_way().waiting]

    def active(self) -> list[Run]:
        """Return the runs that run or pause, the oldest first, and then those that wait, the next one first."""
        return [entry.run for entry in self._active()]

    def _active(self) -> list[Entry]:
        now = self.under_way()
        return [*now.at_work, *now.waiting]

    def close(self) -> None:
        """Give no more runs to the workers: idle ones end now, busy ones when their run does."""
        self._closed.set()
        self._look_now.set()
        with self._guard:
            for worker in self._workers:
                worker.end()
        self._launcher.close()

    def _watch(self) -> None:
        while True:
            self._look_now.wait(_LOOK_EVERY)
            self._look_now.clear()
            if self._closed.is_set():
                return
            # A folder that cannot be read now may be readable later; the next look tells.
            for act in (lambda: self._at_look(self), self._dispatch):
                with contextlib.suppress(OSError, DigitLabError):
                    act()

    def _dispatch(self) -> None:
        """Replace workers that died, keep one warm while a place is free, and hand out the runs that wait."""
        with self._guard:
            if self._closed.is_set():
                return
            for worker in [w for w in self._workers if w.dead]:
                worker.give_up()
                self._workers.remove(worker)
                self._rest_until = time.monotonic() + _REST
            now = self.under_way(self._index.look(oldest=0.0))
            ours = {run.id for w in self._workers if (run := w.run)}
            # Workers of another server, of one that is gone, or of the command line, take places too.
            foreign = sum(e.alive for e in now.at_work if e.run.id not in ours) if now.waiting else 0
            free = self.places - foreign - len(ours)
            waiting = one_each(now) if free > 0 else []
            idle = [w for w in self._workers if w.idle]
            if not waiting and time.monotonic() < self._rest_until:
                return
            while free > 0 and (waiting or not idle):
                if not idle:
                    idle.append(self._launcher.new_worker())
                    self._workers.append(idle[0])
                if waiting:
                    idle.pop().hand_over(waiting.pop(0))
                    free -= 1
