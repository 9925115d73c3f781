"""Sweep: the directory of one search, in `.sweeps` in the folder of runs. No torch, no Optuna.

Any process may read it at any time, and any may carry it on: who takes a step holds the lock.

sweep.json      its settings, when it was created and the seat that it belongs to
journal.log     Optuna's study: every point, what was measured of it and which runs did
drawings.json   with the objective "drawings", the ids of those that there were when it began
check.json      the runs that measured its best point again, with new seeds
stopped         present if somebody has stopped it: it begins and watches no runs
ended           present once it has come to its end; says why, in a sentence
problem         present while it cannot go on; says why
deleted-runs    empty until the sweep is deleted, and then its runs (`trash`)
lock            held by the process that takes a step
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from mnist_core import quotas
from mnist_core.asker import TEACHER, Asker
from mnist_core.errors import ConfigError, SweepError
from mnist_core.paths import runs_folder
from mnist_core.runs.repetitions import SWEEP
from mnist_core.runs.room import require_room
from mnist_core.runs.store import TRASH
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most
from mnist_core.sweeps.settings import SweepSettings
from mnist_core.sweeps.space import Value
from mnist_core.untrusted_text import SENTENCE, SHORT, clean, quoted

Status = Literal["running", "stopped", "ended"]
FOLDER = ".sweeps"
"""Folder of the sweeps, in the folder of runs."""
_ID = re.compile(rf"{SWEEP}[0-9]{{8}}-[0-9]{{6}}-[0-9a-f]{{6}}")
_LARGEST = 2**20  # bytes of a file of drawings' ids


@dataclass(frozen=True, slots=True, init=False)
class Sweep:
    """One sweep. Every method reads its directory anew, so every process sees the same."""

    path: Path

    def __init__(self, path: str | Path) -> None:
        object.__setattr__(self, "path", Path(path))  # frozen

    @property
    def id(self) -> str:
        """The directory's name, which is also the group of its runs."""
        return self.path.name

    @property
    def runs_folder(self) -> Path:
        """Where its runs are."""
        return self.path.parent.parent

    @property
    def journal(self) -> Path:
        """Optuna's file."""
        return self.path / "journal.log"

    def settings(self) -> SweepSettings:
        """Return what it searches.

        Raises:
            SweepError: sweep.json is missing or damaged, or describes no sweep.
        """
        try:
            return SweepSettings.from_record(self._record()["settings"])
        except ConfigError as error:
            raise SweepError(f"the sweep {self.id} cannot be read: {error}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise SweepError(f"the sweep {self.id} cannot be read: its sweep.json is missing or damaged") from error

    def created(self) -> datetime | None:
        """Return when it was created, by the clock on the wall where it was made; None if that is no longer known."""
        try:
            return datetime.fromisoformat(str(self._record().get("created"))).replace(tzinfo=None)
        except ValueError:
            return None

    def owner(self) -> str:
        """Return the id of the seat that it belongs to; empty for the teacher's."""
        return clean(self._record().get("owner") or "", SHORT)

    def asker(self) -> Asker:
        """Return the one for whom its runs are begun."""
        owner = self.owner()
        return Asker("seat", owner) if owner else TEACHER

    def require(self, asker: Asker) -> None:
        """Do nothing if the sweep is the asker's to change; raise NotYoursError if it is not."""
        asker.require(self.owner(), f"the sweep {self.id}")

    def status(self) -> Status:
        """Return whether it goes on."""
        if self.end():
            return "ended"
        return "stopped" if (self.path / "stopped").exists() else "running"

    def end(self) -> str:
        """Return why it has come to its end, as a sentence; empty while it has not."""
        return self._recorded("ended")

    def problem(self) -> str:
        """Return why it cannot go on for now, as a sentence; empty if it can."""
        return self._recorded("problem")

    def drawings(self) -> list[str]:
        """Return the ids of the drawings on which it measures."""
        try:
            found = json.loads(read_at_most(self.path / "drawings.json", _LARGEST))
        except (OSError, ValueError, RecursionError):
            return []
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def prediction(self) -> dict[str, Value] | None:
        """Return where its owner has said that the best point would lie; None if nobody has."""
        found = self._record().get("prediction")
        if not isinstance(found, dict):
            return None
        return {str(name): value for name, value in found.items() if isinstance(value, float | int | str | bool)}

    @property
    def deleted_runs(self) -> Path:
        """Where its runs lie when it is deleted."""
        return self.path / "deleted-runs"

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Let one at a time carry the sweep on or change it, of all threads and processes.

        Raises:
            SweepError: it has gone, or its directory cannot be written.
        """
        if not self.path.is_dir():  # the lock would make one
            raise SweepError(f"there is no sweep {quoted(self.id)}: it may have been deleted")
        try:
            held = FileLock(self.path / "lock").acquire()
        except OSError as error:
            raise SweepError(f"the sweep {self.id} cannot be carried on: {error.strerror}") from error
        with held:
            yield

    def say(self, name: Literal["stopped", "ended", "problem"], sentence: str, *, asker: Asker) -> None:
        """Write down that it is stopped, has ended or cannot go on; an empty sentence takes it back.

        Raises:
            NotYoursError: it is not the asker's.
            SweepError: the directory cannot be written.
        """
        self.require(asker)
        if self._recorded(name) == sentence:
            return
        try:
            if sentence:
                write_atomically(self.path / name, sentence)
            else:
                (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise SweepError(f"nothing can be recorded of the sweep {self.id}: {error.strerror}") from error

    def _recorded(self, name: str) -> str:
        try:
            return clean(read_at_most(self.path / name).decode(errors="replace"), SENTENCE)
        except OSError:
            return ""

    def _record(self) -> dict[str, Any]:
        try:
            record = json.loads(read_at_most(self.path / "sweep.json"))
        except (OSError, ValueError, RecursionError):
            return {}
        return record if isinstance(record, dict) else {}


def create_sweep(
    settings: SweepSettings,
    folder: str | Path | None = None,
    *,
    drawings: Sequence[str] = (),
    prediction: Mapping[str, Value] | None = None,
    asker: Asker,
) -> Sweep:
    """Record a new sweep and return it; `driver.advance` carries it on.

    Args:
        settings: what it searches.
        folder: where runs are kept, if not in this installation's folder.
        drawings: the ids of the class's drawings, for the objective "drawings".
        prediction: where who asks thinks that the best point lies.
        asker: who asks for it; it then belongs to that seat, or to the teacher.

    Raises:
        SweepError: there are no drawings to measure on, or the folder cannot be written.
        QuotaError: the seat, or all together, have as many sweeps or runs as they may have.
    """
    root = Path(folder or runs_folder())
    if settings.objective == "drawings" and not drawings:
        raise SweepError("there are no drawings to measure on: file some on the Draw page, or choose another objective")
    require_room(root, asker=asker, more=settings.most_runs)
    under_way = [one for one in list_sweeps(root) if one.status() == "running"]
    mine = [one for one in under_way if one.owner() == asker.owner]
    instead = "wait until one ends, or stop one"
    quotas.require(quotas.SWEEPS_UNDER_WAY, asker, len(mine) + 1, len(under_way) + 1, kind="", instead=instead)
    now = datetime.now().astimezone()
    sweep = Sweep(root / FOLDER / f"{SWEEP}{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")
    record: dict[str, Any] = {"created": now.isoformat(timespec="seconds"), "settings": settings.to_record()}
    if asker.owner:
        record["owner"] = asker.owner
    if prediction:
        record["prediction"] = dict(prediction)
    try:
        sweep.deleted_runs.mkdir(parents=True)  # on a full disk, when the sweep has to be deleted, it could not be made
        (sweep.path.parent / TRASH).mkdir(exist_ok=True)
        if settings.objective == "drawings":
            write_atomically(sweep.path / "drawings.json", json.dumps(list(drawings)))
        write_atomically(sweep.path / "sweep.json", json.dumps(record, indent=2))
    except OSError as error:
        shutil.rmtree(sweep.path, ignore_errors=True)
        raise SweepError(
            f"the sweep cannot be recorded in {root}: {error.strerror}. Free some space there or make it writable"
        ) from error
    return sweep


def find_sweep(sweep_id: str, folder: str | Path | None = None) -> Sweep:
    """Return the sweep of that id.

    Raises:
        SweepError: there is none. An id is a plain name, so none can point outside the folder.
    """
    sweep = Sweep(Path(folder or runs_folder()) / FOLDER / sweep_id)
    if not _ID.fullmatch(sweep_id) or not (sweep.path / "sweep.json").is_file():
        raise SweepError(f"there is no sweep {quoted(sweep_id)}: it may have been deleted")
    return sweep


def list_sweeps(folder: str | Path | None = None) -> list[Sweep]:
    """Return all sweeps, the newest first; none where the folder cannot be read."""
    try:
        found = [Sweep(path) for path in Path(folder or runs_folder(), FOLDER).iterdir() if _ID.fullmatch(path.name)]
    except OSError:
        return []
    return sorted((s for s in found if (s.path / "sweep.json").is_file()), key=lambda one: one.id, reverse=True)
