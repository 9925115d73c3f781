"""A run is a directory: configuration, events, checkpoints, control. Anybody may read it at any time. No torch.

config.json          the TrainConfig, with the run's name, preset, time of creation and group of repetitions
notes.json           the title and the note that somebody gave it
events.jsonl         one event a line, appended by the worker alone
control              one word, run, pause or stop: read by the worker between events
queued               present while the run waits for a worker; holds the time since when
lock                 locked by the worker while it trains: two workers never train one run
trainer              the worker's process, while it trains; left over if it was killed
worker.json          process, versions and machine of the last worker
worker.log           what the worker wrote to stderr
snapshot.safetensors the network as of the last report
epoch-001.safetensors ... the network at the end of each epoch
state.safetensors    what a resume needs: weights, optimizer and position at the end of the last epoch
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import psutil
from filelock import FileLock, Timeout

from mnist_core.config import TrainConfig
from mnist_core.errors import ConfigError, RunError
from mnist_core.events import Event, Failed, Finished, Stopped
from mnist_core.files import write_atomically
from mnist_core.history import History
from mnist_core.journal import EventReader, append_event

Control = Literal["run", "pause", "stop"]
Status = Literal["queued", "running", "paused", "finished", "stopped", "failed", "interrupted"]
ACTIVE: tuple[Status, ...] = ("queued", "running", "paused")

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def runs_folder() -> Path:
    """Return the folder of this installation's runs: DIGIT_LAB_RUNS, or runs/ in the project."""
    return Path(os.environ.get("DIGIT_LAB_RUNS") or Path(__file__).resolve().parent.parent / "runs")


@dataclass(frozen=True, slots=True)
class Run:
    """One run's directory. Everything is read anew from it, so every process sees the same."""

    path: Path

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
        """What a resume needs."""
        return self.path / "state.safetensors"

    @contextlib.contextmanager
    def claim(self) -> Iterator[None]:
        """Be the one process that trains this run, as long as the context lasts.

        Raises:
            RunError: another process is at it.
            OSError: the directory cannot be written.
        """
        try:
            lock = FileLock(self.path / "lock").acquire(timeout=0)
        except Timeout as error:
            raise RunError(f"the run {self.id} is already being trained by another process") from error
        me = psutil.Process()
        with lock:
            try:
                write_atomically(self.path / "trainer", json.dumps([me.pid, me.create_time()]))
                yield
            finally:
                (self.path / "trainer").unlink(missing_ok=True)

    def epoch_checkpoint(self, epoch: int) -> Path:
        """The network at the end of `epoch`, counted from 1."""
        return self.path / f"epoch-{epoch:03d}.safetensors"

    def description(self) -> dict[str, Any]:
        """Return name, preset, time of creation, configuration and group ("" without one) as they were recorded.

        Raises:
            RunError: config.json is missing or damaged.
        """
        try:
            described = json.loads((self.path / "config.json").read_text())
            return {
                "name": str(described["name"]),
                "created": str(described["created"]),
                "config": described["config"],
                "group": str(described.get("group") or ""),
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RunError(f"the run {self.id} cannot be read: its config.json is missing or damaged") from error

    def config(self) -> TrainConfig:
        """Return what the run trains.

        Raises:
            RunError: config.json is missing, damaged, or describes what cannot be trained.
        """
        try:
            return TrainConfig.from_dict(self.description()["config"])
        except ConfigError as error:
            raise RunError(f"the run {self.id} cannot be read: {error}") from error

    def control(self) -> Control:
        """Return the word last written for the worker; run, if there is none."""
        try:
            word = (self.path / "control").read_text().strip()
        except OSError:
            return "run"
        return word if word in ("run", "pause", "stop") else "run"  # type: ignore[return-value]

    def set_control(self, word: Control) -> None:
        """Tell the worker to run, pause or stop; it obeys at its next report.

        Raises:
            RunError: the directory cannot be written.
        """
        try:
            write_atomically(self.path / "control", word)
        except OSError as error:
            raise RunError(f"cannot tell the run {self.id} to {word}: {error.strerror}") from error

    def queued_since(self) -> float | None:
        """Return the time (seconds since 1970) since when the run waits for a worker; None if it does not."""
        try:
            return float((self.path / "queued").read_text())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return 0.0

    def enqueue(self) -> None:
        """Mark the run as waiting for a worker.

        Raises:
            RunError: the directory cannot be written.
        """
        self.set_control("run")
        try:
            write_atomically(self.path / "queued", repr(time.time()))
        except OSError as error:
            raise RunError(f"cannot queue the run {self.id}: {error.strerror}") from error

    def dequeue(self) -> None:
        """The run waits no longer: a worker has taken it, or it was called off."""
        (self.path / "queued").unlink(missing_ok=True)

    def is_alive(self) -> bool:
        """Whether a worker, started by whomever, is at this run now."""
        try:
            pid, born = json.loads((self.path / "trainer").read_text())
            process = psutil.Process(pid)
            # A second's tolerance: the system derives the time from its clock, which may have been set since.
            return abs(process.create_time() - born) < 2 and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, TypeError, psutil.Error):
            return False

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
        """Read and fold all events so far."""
        return EventReader(self.journal).read()

    def status(self, history: History) -> Status:
        """Say how the run stands, from its directory and its events so far."""
        if self.queued_since() is not None:
            return "queued"
        match history.end:
            case Finished():
                return "finished"
            case Failed():
                return "failed"
            case Stopped():
                return "stopped"
        if self.is_alive():
            return "paused" if self.control() == "pause" else "running"
        return "interrupted"


def create_run(config: TrainConfig, name: str, folder: Path | None = None, *, group: str = "") -> Run:
    """Make a new run's directory, named after the time and `name` (a preset's, say).

    Args:
        config: what the run trains.
        name: goes into its id.
        folder: where runs are kept, if not in this installation's folder.
        group: the id of the run that this one repeats with another seed, if it does.

    Raises:
        RunError: the folder cannot be written.
    """
    root = folder or runs_folder()
    now = datetime.now().astimezone()
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24] or "run"
    run = Run(root / f"{now:%Y%m%d-%H%M%S}-{slug}-{secrets.token_hex(4)}")
    record = {"name": name, "created": now.isoformat(timespec="seconds"), "config": config.to_dict()}
    if group:
        record["group"] = group
    try:
        run.path.mkdir(parents=True)
        write_atomically(run.path / "config.json", json.dumps(record, indent=2))
    except OSError as error:
        raise RunError(
            f"the run cannot be recorded in {root}: {error.strerror}. Free some space there, make it writable, or set "
            "DIGIT_LAB_RUNS to another folder"
        ) from error
    return run


def find_run(run_id: str, folder: Path | None = None) -> Run:
    """Return the run of that id.

    Raises:
        RunError: there is none. An id is a plain name, so none can point outside the folder.
    """
    run = Run((folder or runs_folder()) / run_id)
    if not _ID.fullmatch(run_id) or not (run.path / "config.json").is_file():
        raise RunError(f"there is no run {run_id!r}: it may have been deleted")
    return run


def list_runs(folder: Path | None = None) -> list[Run]:
    """Return all runs, the newest first.

    Raises:
        RunError: the folder cannot be read.
    """
    root = folder or runs_folder()
    try:
        paths = list(root.iterdir()) if root.is_dir() else []
    except OSError as error:
        raise RunError(f"the runs in {root} cannot be read: {error.strerror}. Make that folder readable") from error
    found = [Run(p) for p in paths if _ID.fullmatch(p.name) and (p / "config.json").is_file()]
    return sorted(found, key=lambda run: run.id, reverse=True)


def free_path(run_id: str, folder: Path) -> Path:
    """Return where a run of that id may be put: `folder`/`run_id`, or with another ending where that is taken.

    Raises:
        RunError: no run can have that id.
    """
    if not _ID.fullmatch(run_id):
        raise RunError(f"a run's folder has a name of small letters, digits and hyphens, received {run_id[:80]!r}")
    path = folder / run_id
    while path.exists():
        path = folder / f"{run_id[:55]}-{secrets.token_hex(4)}"
    return path
