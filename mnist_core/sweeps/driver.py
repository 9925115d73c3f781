"""Carries a sweep on, one step at a time: begins the runs of its points, watches them, and records what they measured.

All it knows is in the sweep's directory and in the runs, so any process may take the next step after any other, and one
that is killed leaves nothing undone. No torch.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence
from typing import Literal

from mnist_core import quotas
from mnist_core.asker import Asker
from mnist_core.config import TrainConfig
from mnist_core.errors import CheckpointError, ConfigError, DigitLabError, RunError, SweepError
from mnist_core.events import Failed
from mnist_core.handwriting.drawing import Drawing
from mnist_core.history import History
from mnist_core.jobs.scheduler import Jobs
from mnist_core.runs.event_log import EventReader
from mnist_core.runs.index import index_of
from mnist_core.runs.run import ACTIVE, Run
from mnist_core.sweeps.budget import MOST_FRUITLESS, describe_used_up
from mnist_core.sweeps.networks import keep_the_best
from mnist_core.sweeps.objective import accuracy_of, score
from mnist_core.sweeps.points import Point
from mnist_core.sweeps.settings import SweepSettings
from mnist_core.sweeps.study import Study
from mnist_core.sweeps.sweep import Sweep

MOST_RESUMED = 2
"""Times that a point's run which broke off is begun again."""
_HOPELESS = "Stopped early: its validation loss was not in the better half of the runs that had come as far."


class Driver:
    """Takes the steps of one sweep. For one thread at a time; other processes may have drivers of the same sweep."""

    def __init__(self, sweep: Sweep, jobs: Jobs, drawings: Callable[[], Sequence[Drawing]] = tuple) -> None:
        """Prepare it; nothing is read or begun yet.

        Args:
            sweep: which.
            jobs: what trains its runs.
            drawings: returns the class's drawings, for the objective "drawings".
        """
        self._sweep, self._jobs, self._all_drawings = sweep, jobs, drawings
        self._opened: Study | None = None
        self._settings: SweepSettings | None = None
        self._readers: dict[str, EventReader] = {}
        self._tidied = -1

    def advance(self, *, asker: Asker) -> str:
        """Take a step: look at the runs under way, record what has ended, begin what can be begun.

        Nothing happens where the sweep is stopped or has ended.

        Returns:
            What stands in the way, such as a full disk, as a sentence; empty for nothing. It is also written down as
            the sweep's problem, and tried again at the next step.

        Raises:
            NotYoursError: the sweep is not the asker's.
            SweepError: it has gone, or its directory cannot be written.
        """
        self._sweep.require(asker)
        with self._sweep.changing():
            if self._sweep.status() != "running":
                return ""
            try:
                self._step(self._sweep.asker())  # whose the runs are, whoever takes the step
                problem = ""
            except DigitLabError as error:
                self._opened = None  # read anew at the next step
                problem = error.sentence
            with contextlib.suppress(SweepError):  # a disk so full that not even this can be written
                self._sweep.say("problem", problem, asker=asker)
            return problem

    def points(self) -> list[Point]:
        """Return all points as they stand.

        Raises:
            SweepError: the journal cannot be read.
        """
        return self._study.points()

    def _step(self, asker: Asker) -> None:
        study, settings = self._study, self._known_settings
        for point in study.points():
            if point.state == "running":
                self._follow(point, asker)
        points = study.points()
        ended = sum(point.state != "running" for point in points)
        if ended != self._tidied:
            keep_the_best(points, settings.networks, self._sweep.runs_folder, asker=asker)
            self._tidied = ended
        running = [point for point in points if point.state == "running"]
        reason = describe_used_up(settings, points, sum(self._history(point).seconds for point in running))
        if reason and not running:
            self._sweep.say("ended", reason, asker=asker)
        elif not reason and self._has_place(running, asker):
            self._begin_one(asker)

    @property
    def _study(self) -> Study:
        self._opened = self._opened or Study(self._sweep, self._known_settings)
        return self._opened

    @property
    def _known_settings(self) -> SweepSettings:
        self._settings = self._settings or self._sweep.settings()
        return self._settings

    def _drawings(self) -> list[Drawing]:
        wanted = set(self._sweep.drawings())
        return [drawing for drawing in self._all_drawings() if drawing.id in wanted]

    def _run_of(self, point: Point) -> Run:
        return Run(self._sweep.runs_folder / point.runs[-1])

    def _history(self, point: Point) -> History:
        if not point.runs:
            return History()
        journal = self._run_of(point).journal
        return self._readers.setdefault(str(journal), EventReader(journal)).read()

    def _has_place(self, running: Sequence[Point], asker: Asker) -> bool:
        """Return whether another run would be trained soon: one waits at most, so that the search knows all it can."""
        if len(running) >= (1 if asker.kind == "seat" else self._jobs.places):  # a seat's runs train one by one
            return False
        waiting = {run.id for run in self._jobs.waiting()}
        return not any(point.runs and point.runs[-1] in waiting for point in running)

    def _begin_one(self, asker: Asker) -> None:
        """Begin the next point that can be trained and is not known yet; pass over others, up to a number."""
        study, settings = self._study, self._known_settings
        for _ in range(MOST_FRUITLESS):
            points = study.points()
            if describe_used_up(settings, points, 0.0):
                return None
            known = {tuple(sorted(point.values.items())): point for point in points}
            point = study.propose()
            try:
                settings.config_of(point.values)
            except ConfigError as error:
                study.close(point, "impossible", note=error.sentence)
                continue
            if same := known.get(tuple(sorted(point.values.items()))):
                study.note(point, runs=same.runs, accuracies=same.accuracies, seconds=same.seconds)
                study.close(point, "repeated", score=same.score, note=f"The same as point {same.number + 1}.")
                continue
            return self._start_run(point, asker)
        return None

    def _start_run(self, point: Point, asker: Asker) -> None:
        """Begin the point's next run."""
        settings = self._known_settings
        config = settings.config_of(point.values, seed=len(point.runs))
        run = self._left_over(config) or self._jobs.start(config, settings.name, asker=asker, group=self._sweep.id)
        self._study.note(point, runs=(*point.runs, run.id))

    def _left_over(self, config: TrainConfig) -> Run | None:
        """Return the run of that configuration which a process began that was killed before it could record it."""
        recorded = {run for point in self._study.points() for run in point.runs}
        listing = index_of(self._sweep.runs_folder).look(oldest=0.0)
        for run in listing.groups.get(self._sweep.id, ()):
            if run.id not in recorded and listing.entries[run.id].owner == self._sweep.owner():
                with contextlib.suppress(RunError):  # damaged by hand
                    if run.config() == config:
                        return run
        return None

    def _follow(self, point: Point, asker: Asker) -> None:
        """Look at the run of a point that is under way."""
        if len(point.accuracies) == len(point.runs):  # its next run was not begun yet, or its end not recorded
            return self._go_on(point, asker)
        run, history = self._run_of(point), self._history(point)
        if not run.path.is_dir():
            return self._close(point, "failed", "Its run was deleted before it had ended.")
        match run.status(history):
            case status if status in ACTIVE:
                if point.note or self._is_hopeless(point, history):
                    self._study.note(point, note=_HOPELESS)
                    self._jobs.stop(run, asker=asker)
            case "finished":
                self._record(point, run, history, asker)
            case "diverged":
                self._close(point, "pruned", history.end.reason if isinstance(history.end, Failed) else "It diverged.")
            case "stopped":
                self._close(point, "pruned", point.note or "Its run was stopped by hand.")
            case _:
                self._begin_again(point, run, history, asker)
        return None

    def _is_hopeless(self, point: Point, history: History) -> bool:
        if not self._known_settings.pruning or point.accuracies or history.started is None:
            return False
        whole = max(history.started.total_steps, 1)
        losses = {math.floor(100 * one.step / whole): one.loss for one in history.validations if one.step < whole}
        return self._study.report(point, {share: loss for share, loss in losses.items() if math.isfinite(loss)})

    def _record(self, point: Point, run: Run, history: History, asker: Asker) -> None:
        """Record what a run that has finished has measured."""
        drawings = self._drawings() if self._known_settings.objective == "drawings" else []
        try:
            accuracy = accuracy_of(run, history, self._known_settings, drawings)
        except (RunError, CheckpointError, SweepError) as error:
            return self._close(point, "failed", error.sentence)
        noted = self._study.note(
            point, accuracies=(*point.accuracies, accuracy), seconds=(*point.seconds, history.seconds)
        )
        self._readers.pop(str(run.journal), None)
        return self._go_on(noted, asker)

    def _go_on(self, point: Point, asker: Asker) -> None:
        """Begin the point's next run, or record that it is measured."""
        settings = self._known_settings
        if len(point.accuracies) < settings.seeds:
            return self._start_run(point, asker)
        images = len(self._sweep.drawings()) if settings.objective == "drawings" else settings.base.validation_size
        found = score(settings, point.accuracies, point.seconds, images)
        return self._study.close(point, "measured", score=found)

    def _begin_again(self, point: Point, run: Run, history: History, asker: Asker) -> None:
        """Let a run go on that broke off, unless it does so again and again."""
        quotas.require_free_disk(self._sweep.runs_folder)
        failed = isinstance(history.end, Failed)
        if history.started is None and not failed:
            return self._close(point, "failed", "Its run was taken out of the queue before it began.")
        if point.resumed >= MOST_RESUMED:
            reason = history.end.reason if isinstance(history.end, Failed) else "its worker was ended from outside"
            return self._close(point, "failed", f"Its run broke off {MOST_RESUMED + 1} times: {reason}")
        self._jobs.resume(run, asker=asker)
        self._study.note(point, resumed=point.resumed + 1)
        return None

    def _close(self, point: Point, state: Literal["pruned", "failed"], note: str) -> None:
        """Record that a point has no result, with the seconds that its last run took."""
        self._study.note(point, seconds=(*point.seconds, self._history(point).seconds))
        self._study.close(point, state, note=note)
