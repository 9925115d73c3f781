"""Sweeps: the thread of one server that carries all sweeps of a folder on. No torch."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from mnist_core.asker import Asker
from mnist_core.errors import DigitLabError, SweepError
from mnist_core.handwriting.drawing import Drawing
from mnist_core.jobs.scheduler import Jobs
from mnist_core.runs.run import Run
from mnist_core.sweeps.driver import Driver
from mnist_core.sweeps.networks import keep_the_best
from mnist_core.sweeps.study import Study
from mnist_core.sweeps.sweep import Sweep, list_sweeps

_LOOK_EVERY = 0.3
"""Seconds between two steps of a sweep: so long a free place stays empty, which is a tenth of the shortest runs."""


class Sweeps:
    """Carries on the sweeps of a folder that are running. Make one per server and keep it; `close` it at the end."""

    def __init__(
        self, folder: str | Path, jobs: Callable[[], Jobs], drawings: Callable[[], Sequence[Drawing]] = tuple
    ) -> None:
        """Begin to look for sweeps.

        Args:
            folder: of the runs.
            jobs: returns what trains the runs; asked once there is a sweep to carry on.
            drawings: returns the class's drawings.
        """
        self._folder, self._jobs, self._drawings = Path(folder), jobs, drawings
        self._drivers: dict[Sweep, Driver] = {}
        self._closed = threading.Event()
        threading.Thread(target=self._work, name="digit-lab-sweeps", daemon=True).start()

    def close(self) -> None:
        """Carry none of them on any more; their runs go on."""
        self._closed.set()

    def _work(self) -> None:
        while not self._closed.wait(_LOOK_EVERY):
            running = [sweep for sweep in list_sweeps(self._folder) if sweep.status() == "running"]
            self._drivers = {sweep: driver for sweep, driver in self._drivers.items() if sweep in running}
            for sweep in running:
                try:
                    if sweep not in self._drivers:
                        self._drivers[sweep] = Driver(sweep, self._jobs(), self._drawings)
                    self._drivers[sweep].advance(asker=sweep.asker())
                except DigitLabError:  # it was deleted just now, or its folder cannot be written: the next look tells
                    continue
                except Exception:  # or else the thread would end, and with it all other sweeps
                    logging.getLogger(__name__).exception("the sweep %s could not be carried on", sweep.id)
                    self._drivers.pop(sweep, None)


def stop(sweep: Sweep, jobs: Jobs, *, asker: Asker) -> None:
    """Stop a sweep and its runs; `resume` goes on with them from their last whole epochs.

    Raises:
        NotYoursError: it is not the asker's.
        SweepError: it has gone, or cannot be written.
        RunError: a run cannot be told.
    """
    sweep.require(asker)
    with sweep.changing():
        if sweep.status() != "running":
            return
        sweep.say("stopped", "It was stopped.", asker=asker)
        for run in _under_way(sweep):
            jobs.stop(run, asker=asker)


def resume(sweep: Sweep, jobs: Jobs, *, asker: Asker) -> None:
    """Let a sweep that was stopped go on, with the runs that were stopped with it.

    Raises:
        NotYoursError: it is not the asker's.
        SweepError: it has gone, or cannot be written or read.
        RunError: a run has yet to stop.
        QuotaError: as of `Jobs.resume`.
    """
    sweep.require(asker)
    with sweep.changing():
        if sweep.status() != "stopped":
            return
        for run in _under_way(sweep):
            if run.status(run.history()) not in ("finished", "queued"):
                jobs.resume(run, asker=asker)
        sweep.say("stopped", "", asker=asker)


def delete_networks_of(sweep: Sweep, *, asker: Asker) -> None:
    """Delete the networks of all runs of a sweep that runs no more; their curves stay.

    Raises:
        NotYoursError: it is not the asker's.
        SweepError: it is running, or has gone.
        RunError: a network cannot be deleted.
    """
    sweep.require(asker)
    with sweep.changing():
        if sweep.status() == "running":
            raise SweepError("the sweep is running: stop it, or wait for its end")
        keep_the_best(Study(sweep).points(), 0, sweep.runs_folder, asker=asker)


def _under_way(sweep: Sweep) -> list[Run]:
    """Return the runs of points that are under way and that nothing has ended for good."""
    points = [point for point in Study(sweep).points() if point.state == "running" and point.runs and not point.note]
    last = [Run(sweep.runs_folder / point.runs[-1]) for point in points if len(point.accuracies) < len(point.runs)]
    return [run for run in last if run.path.is_dir()]
