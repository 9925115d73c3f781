"""Cached access to the records of runs and to the workers, shared by all sessions and bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path

from mnist_core.asker import TEACHER
from mnist_core.classroom import holding, time_limit
from mnist_core.classroom.classroom import Classroom, open_class
from mnist_core.classroom.settings import read_settings
from mnist_core.cluster.setting import make_launcher
from mnist_core.config import TrainConfig
from mnist_core.errors import RunError
from mnist_core.jobs.scheduler import Jobs
from mnist_core.model.training_data import TrainingData
from mnist_core.paths import classes_folder, runs_folder
from mnist_core.runs.event_log import EventReader
from mnist_core.runs.index import index_of
from mnist_core.runs.notes import read_notes
from mnist_core.runs.repetitions import SWEEP
from mnist_core.runs.run import Run
from mnist_core.runs.store import LONGEST_ID, find_run
from ui.cached.owned import Kept, Singleton


def jobs() -> Jobs:
    """Return the server's workers."""
    return _jobs.of(str(runs_folder()))


def _runs_at_once(folder: str) -> int:
    """Return how many runs the teacher of the open class lets train at once; 0: as many as the machine bears."""
    classroom = open_class(Path(folder) / classes_folder().name)
    return read_settings(classroom).runs_at_once if classroom else 0


def hold_or_go_on(classroom: Classroom, workers: Jobs) -> None:
    """Let the class's trainings hold or go on, as its teacher has set it; raises what `holding.carry_out` raises."""

    def go_on(run_id: str) -> None:
        run = find(run_id)
        if run is None or run.control.command() != "pause":
            return
        if run.queue_number() is not None:
            run.control.request("run", asker=TEACHER)
        elif run.status(run.history()) in ("paused", "interrupted"):  # its worker may have been killed meanwhile
            workers.resume(run, asker=TEACHER)

    holding.carry_out(classroom, workers.active(), go_on, asker=TEACHER)


def _look_after_class(folder: str, workers: Jobs) -> None:
    if classroom := open_class(Path(folder) / classes_folder().name):
        try:
            time_limit.carry_out(classroom, workers.active(), asker=TEACHER)
        finally:
            hold_or_go_on(classroom, workers)


_jobs = Singleton(
    lambda folder: Jobs(
        folder,
        make_launcher(),
        most=lambda: _runs_at_once(folder),
        at_look=lambda workers: _look_after_class(folder, workers),
    ),
    Jobs.close,
)


def find(run_id: str) -> Run | None:
    """Return the run of that id; None if it has been deleted."""
    try:
        return find_run(run_id)
    except RunError:
        return None


def reader(run: Run) -> EventReader:
    """Return the one reader of a run's events that all its watchers share."""
    return _readers.get(str(run.journal), lambda: EventReader(run.journal))


_readers: Kept[str, EventReader] = Kept(300)


def told_apart(names: Sequence[str], ids: Sequence[str]) -> list[str]:
    """Return names that differ: equal ones get the end of their ids, four characters or as many as it takes."""
    told, ends = list(names), 4
    while len(set(told)) < len(told) and ends < LONGEST_ID:
        count = Counter(told)
        told = [
            f"{name} ({run_id[-ends:]})" if count[now] > 1 else now
            for name, now, run_id in zip(names, told, ids, strict=True)
        ]
        ends += 4
    if len(set(told)) < len(told):  # somebody has called a run as another one is told apart
        told = [f"{name} ({run_id})" for name, run_id in zip(names, ids, strict=True)]
    return told


def title_of(run: Run) -> str:
    """Return what tells a run from all others: its name, or what it was started as and when; the end of its id."""
    try:
        begun = described(run)
    except RunError:  # damaged, or deleted by somebody else just now
        return run.id
    when = f", {begun.created.day} {begun.created:%b %H:%M}" if begun.created else ""
    name = read_notes(run).title or begun.name + (f", seed {begun.config.seed}" if begun.group else when)
    return f"{name} ({run.id[-4:]})"


def runs_of(owner: str, most: int) -> list[Run]:
    """Return the newest runs of a seat or, for "", of the teacher: at most `most`, the newest first.

    Raises:
        RunError: the folder of runs cannot be read.
    """
    own = (entry.run for entry in index_of().look().entries.values() if entry.owner == owner)
    return list(islice(own, most))


def newest_run(owner: str) -> Run | None:
    """Return the newest of them; None where there is none."""
    return next(iter(runs_of(owner, 1)), None)


@dataclass(frozen=True, slots=True)
class Described:
    """What a run trains, under which name and on what."""

    name: str
    """The preset's, or whatever it was started with."""
    created: datetime | None
    """By the clock on the wall where it was made."""
    config: TrainConfig
    group: str
    """The run that this one repeats with another seed; "" if it repeats none, as the runs of a sweep do."""
    trained_on: TrainingData
    """What its network is trained on."""


def described(run: Run) -> Described:
    """Return what a run's config.json says and what its network is trained on, read again only when it has changed.

    Raises:
        RunError: it is missing or damaged, or describes what cannot be trained; or the drawings are damaged.
    """
    try:
        modified = (run.path / "config.json").stat().st_mtime_ns
    except OSError as error:
        raise RunError(f"there is no run {run.id!r}: it may have been deleted") from error
    return _described(str(run.path), modified)


@lru_cache(maxsize=1_000)  # asked for each run that waits, twice a second: of Streamlit's caches a call takes 0.3 ms
def _described(path: str, modified: int) -> Described:
    run = Run(Path(path))
    record = run.description()
    try:
        created = datetime.fromisoformat(record["created"]).replace(tzinfo=None)
    except ValueError:
        created = None
    group = "" if record["group"].startswith(SWEEP) else record["group"]
    return Described(record["name"], created, run.config(), group, run.training_data())
