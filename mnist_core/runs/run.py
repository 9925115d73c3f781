"""Run: the directory of one training, with its configuration, events, networks and requests. No torch.

Any process may read it at any time.

config.json          the TrainConfig, with the run's name (its preset's, say), time of creation, group of repetitions
                     and the seat that it belongs to
notes.json           the title and the note that somebody gave it
events.jsonl         one event a line, appended by the worker alone
control, rate, pace, longest  requests to the worker, which it reads between events: see `runs.control`
by-teacher           present if it was last queued by the teacher, and is another's
set-aside            present if it is paused and has given its place to others; holds its number in the queue, if kept
queued               present while the run waits for a worker; holds its number in the queue
lock                 locked by the worker while it trains: two workers never train one run
on-cluster           present while the run is handed to a cluster; holds the key of its task there
trainer              the number of the worker's process, while it trains; left over if it was killed
worker.json          process, versions, machine and data of the last worker
worker.log           what the worker wrote to stderr
snapshot.safetensors the network as of the last report
epoch-001.safetensors ... the network at the end of each epoch
watched-*.grey       drawings that the network reads while it trains, and what it read: see `watched`
readings.jsonl
lesson.safetensors   of a fine-tuning alone: the network it starts from and the drawings it learns from
state.safetensors    what a resume needs: weights, optimizer and position at the end of the last epoch
"""

from __future__ import annotations

import contextlib
import math
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mnist_core.asker import Asker
from mnist_core.config import TrainConfig
from mnist_core.errors import CheckpointError, RunError
from mnist_core.events import Diverged, Event, Failed, Finished, Stopped
from mnist_core.handwriting.fine_tuning_file import read_summary
from mnist_core.history import History
from mnist_core.model.card import read_card
from mnist_core.model.training_data import TrainingData
from mnist_core.runs import lock as run_lock
from mnist_core.runs.config_file import lengthen, owner_of, read_config, read_record, require
from mnist_core.runs.control import Control
from mnist_core.runs.event_log import EventReader, append_event
from mnist_core.runs.queue_number import next_number
from mnist_core.runs.watched import Watched
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most

Status = Literal["queued", "running", "paused", "finished", "stopped", "failed", "diverged", "interrupted"]
ACTIVE: tuple[Status, ...] = ("queued", "running", "paused")
RESUMABLE: tuple[Status, ...] = ("interrupted", "stopped", "failed", "diverged")
LOG = "worker.log"
"""File in a run's directory for what its worker wrote to stderr, and for what nobody foresaw."""
_EPOCH = re.compile(r"epoch-([0-9]{3})\.safetensors")


@dataclass(frozen=True, slots=True, init=False)
class Run:
    """One run's directory. Every method reads it anew, so every process sees the same."""

    path: Path

    def __init__(self, path: str | Path) -> None:
        object.__setattr__(self, "path", Path(path))  # frozen

    @property
    def id(self) -> str:
        """The directory's name, which is the run's name in URLs and on the command line."""
        return self.path.name

    @property
    def snapshot(self) -> Path:
        """The network as of the last report."""
        return self.path / "snapshot.safetensors"

    @property
    def state(self) -> Path:
        """What a resume needs: weights, optimizer and position."""
        return self.path / "state.safetensors"

    @property
    def queued(self) -> Path:
        """Present while it waits for a worker."""
        return self.path / "queued"

    @property
    def by_teacher(self) -> Path:
        """Present if the teacher has queued it last, and it is another's."""
        return self.path / "by-teacher"

    @property
    def on_cluster(self) -> Path:
        """Present while it is handed to a cluster."""
        return self.path / "on-cluster"

    @property
    def fine_tuning(self) -> Path:
        """The network that a fine-tuning starts from, and its drawings; other runs have no such file."""
        return self.path / "lesson.safetensors"

    @property
    def control(self) -> Control:
        """The requests to its worker: to pause or stop, another learning rate, slow motion."""
        return Control(self.path)

    @property
    def watched(self) -> Watched:
        """The drawings that it reads while it trains."""
        return Watched(self.path)

    def lock(self) -> AbstractContextManager[None]:
        """Let no other process train this run as long as the context lasts; raises what `runs.lock.lock` raises."""
        return run_lock.lock(self.path)

    def is_alive(self) -> bool:
        """Return whether a worker trains this run now, whoever started it."""
        return run_lock.is_alive(self.path)

    def epoch_checkpoint(self, epoch: int) -> Path:
        """Return the path of the network at the end of `epoch`, counted from 1."""
        return self.path / f"epoch-{epoch:03d}.safetensors"

    def epochs(self) -> list[int]:
        """Return the epochs whose networks are kept, in order."""
        names = [_EPOCH.fullmatch(path.name) for path in self.path.glob("epoch-*.safetensors")]
        return sorted(int(name[1]) for name in names if name)

    def description(self) -> dict[str, Any]:
        """Return name, created, config and group ("" without one) as they were recorded.

        Raises:
            RunError: config.json is missing or damaged.
        """
        record = read_record(self.path)
        return {name: record[name] for name in ("name", "created", "config")} | {"group": self.group()}

    def config(self) -> TrainConfig:
        """Return what the run trains.

        Raises:
            RunError: config.json is missing, damaged, or describes what cannot be trained.
        """
        return read_config(self.path)

    def training_data(self) -> TrainingData:
        """Return what the run's network is trained on, over all of its trainings.

        Raises:
            RunError: config.json is missing or damaged; or the file of a fine-tuning is, and no network tells either.
        """
        if not self.fine_tuning.exists():
            return TrainingData.of(self.config())
        try:
            return read_summary(self.fine_tuning).training_data
        except CheckpointError as error:
            with contextlib.suppress(CheckpointError):
                if recorded := read_card(self.snapshot).training_data:
                    return recorded
            raise RunError(str(error)) from error

    def is_extensible(self, history: History) -> bool:
        """Return whether it can be given more epochs: if it has finished, was stopped, or broke off after an epoch."""
        status = self.status(history)
        return status in ("finished", "stopped") or (status == "interrupted" and bool(history.epochs))

    def extend(self, epochs: int, *, asker: Asker) -> None:
        """Plan `epochs` more than are trained, for a run that `is_extensible`.

        Raises:
            NotYoursError: it is not the asker's.
            RunError: it is not, would be too long, or its directory cannot be written.
        """
        self.require(asker)
        history = self.history()
        if not self.is_extensible(history):
            status = self.status(history)
            when = "once an epoch is whole" if status == "interrupted" else "when it has finished or is stopped"
            raise RunError(f"the run {self.id} is {status}: it can be given more epochs {when}")
        lengthen(self.path, history.epochs[-1].epoch if history.epochs else 0, epochs, asker=asker)

    def owner(self) -> str:
        """Return the id of the seat that the run belongs to; empty for the teacher's, or if none is known."""
        return owner_of(self.path)

    def require(self, asker: Asker) -> None:
        """Do nothing if the run is the asker's to change; raise NotYoursError if it is not."""
        require(self.path, asker)

    def charged_to(self) -> str:
        """Return the seat among whose runs it counts: its owner, or none where the teacher has queued it."""
        return "" if self.by_teacher.exists() else self.owner()

    def group(self) -> str:
        """Return the id of the run that this one repeats with another seed; empty if it repeats none."""
        try:
            return str(read_record(self.path).get("group") or "")
        except RunError:
            return ""

    def queue_number(self) -> float | None:
        """Return the run's number in the queue, lower than those of all that were queued later; None: it is not there.

        It is another one each time that the run is queued.
        """
        try:
            number = float(read_at_most(self.queued))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return 0.0
        return number if math.isfinite(number) else 0.0

    def enqueue(self, *, asker: Asker) -> None:
        """Mark the run as waiting for a worker.

        Raises:
            NotYoursError: it is not the asker's.
            RunError: the directory cannot be written.
        """
        self.control.request("run", asker=asker)
        try:
            if asker.owner == self.owner():
                self.by_teacher.unlink(missing_ok=True)
            else:
                self.by_teacher.touch()
            number = self._number_kept() or next_number(self.path.parent)
            for name in ("set-aside", "longest"):  # a limit is of the class that was open then
                (self.path / name).unlink(missing_ok=True)
            write_atomically(self.queued, str(number))
        except OSError as error:
            raise RunError(f"cannot queue the run {self.id}: {error.strerror}") from error

    def set_aside(self, queue_number: float | None = None) -> None:
        """Mark the run as paused without a worker: it has given its place to others, and is queued when it is resumed.

        Args:
            queue_number: the number that it had, if it is then to come before all that were queued later; None: after
                all that wait then.

        Raises:
            OSError: the directory cannot be written.
        """
        # Not the very number: it is another one each time that the run is queued.
        (self.path / "set-aside").write_text("" if queue_number is None else str(queue_number - 0.5))

    def _number_kept(self) -> float | None:
        """Return the number under which a run that was set aside is queued again; None: a new one."""
        try:
            number = float(read_at_most(self.path / "set-aside"))
        except (OSError, ValueError):
            return None
        return number if math.isfinite(number) else None

    def is_set_aside(self) -> bool:
        """Return whether it is paused without a worker."""
        return self.control.command() == "pause" and (self.path / "set-aside").exists() and not self.is_alive()

    def dequeue(self, *, asker: Asker) -> None:
        """Remove the mark: a worker has taken the run, or somebody has stopped it before it began.

        Raises:
            NotYoursError: it is not the asker's.
            RunError: the directory cannot be written.
        """
        self.require(asker)
        try:
            self.queued.unlink(missing_ok=True)
        except OSError as error:
            raise RunError(f"cannot take the run {self.id} out of the queue: {error.strerror}") from error

    @property
    def journal(self) -> Path:
        """Its events, one a line; only the worker appends to it."""
        return self.path / "events.jsonl"

    def append(self, event: Event) -> None:
        """Append one event to the journal.

        Raises:
            OSError: the disk is full or the file cannot be written.
        """
        append_event(self.journal, event)

    def history(self) -> History:
        """Read all events so far and return them as a history."""
        return EventReader(self.journal).read()

    def status(self, history: History) -> Status:
        """Return the state of the run, from its directory and its events so far."""
        if self.queue_number() is not None:
            return "queued"
        match history.end:
            case Finished():
                return "finished"
            case Diverged():
                return "diverged"
            case Failed():
                return "failed"
            case Stopped():
                return "stopped"
        if self.is_alive():
            return "paused" if self.control.command() == "pause" else "running"
        return "paused" if self.is_set_aside() else "interrupted"
