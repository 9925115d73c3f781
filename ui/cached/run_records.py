"""Cached access to the records of runs and to the workers, shared by all sessions and bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.errors import RunError
from mnist_core.jobs.cores import cores
from mnist_core.jobs.scheduler import Jobs
from mnist_core.model.training_data import TrainingData
from mnist_core.paths import runs_folder
from mnist_core.runs.event_log import EventReader
from mnist_core.runs.notes import read_notes
from mnist_core.runs.run import Run
from mnist_core.runs.store import LONGEST_ID

if TYPE_CHECKING:
    pass


def jobs() -> Jobs:
    """Return the server's workers."""
    return _jobs(str(runs_folder()))


@st.cache_resource(show_spinner=False, max_entries=1)
def _jobs(folder: str) -> Jobs:
    return Jobs(Path(folder), cores=cores())


def reader(run: Run) -> EventReader:
    """Return the one reader of a run's events that all its watchers share."""
    return _reader(str(run.journal))


@st.cache_resource(show_spinner=False, max_entries=300)
def _reader(path: str) -> EventReader:
    return EventReader(Path(path))


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


@dataclass(frozen=True, slots=True)
class Described:
    """What a run trains, under which name and on what."""

    name: str
    """The preset's, or whatever it was started with."""
    created: datetime | None
    """By the clock on the wall where it was made."""
    config: TrainConfig
    group: str
    """The run that this one repeats with another seed; "" if it repeats none."""
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


@st.cache_resource(show_spinner=False, max_entries=1_000)
def _described(path: str, modified: int) -> Described:
    run = Run(Path(path))
    record = run.description()
    try:
        created = datetime.fromisoformat(record["created"]).replace(tzinfo=None)
    except ValueError:
        created = None
    return Described(record["name"], created, run.config(), record["group"], run.training_data())
