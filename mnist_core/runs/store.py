"""The folder of runs: creates, finds and lists them. No torch."""

from __future__ import annotations

import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from mnist_core.asker import Asker
from mnist_core.config import TrainConfig
from mnist_core.errors import RunError
from mnist_core.paths import runs_folder
from mnist_core.runs.config_file import NAME as CONFIG
from mnist_core.runs.config_file import is_shipped, write_record
from mnist_core.runs.run import Run
from mnist_core.storage.atomic import write_atomically
from mnist_core.untrusted_text import quoted

TRASH = ".deleted"
"""Folder of the deleted runs, in the folder of runs (`runs.trash`)."""
LONGEST_ID = 64
"""Characters."""
_ID = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST_ID - 1}}}")


def create_run(
    config: TrainConfig,
    name: str,
    folder: str | Path | None = None,
    *,
    asker: Asker,
    group: str = "",
    fine_tuning: bytes = b"",
) -> Run:
    """Make a new run's directory and return the run; its id is made of the time and `name`.

    Args:
        config: what the run trains.
        name: what the run is called, such as its preset.
        folder: where runs are kept, if not in this installation's folder.
        asker: who asks for it; it then belongs to that seat, or to the teacher.
        group: the id of the run that this one repeats with another seed, if it does.
        fine_tuning: of a fine-tuning, its file (`FineTuning.to_bytes`).

    Raises:
        RunError: the folder cannot be written.
    """
    root = Path(folder or runs_folder())
    now = datetime.now().astimezone()
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24] or "run"
    run = Run(root / f"{now:%Y%m%d-%H%M%S}-{slug}-{secrets.token_hex(4)}")
    record: dict[str, Any] = {"name": name, "created": now.isoformat(timespec="seconds"), "config": config.to_dict()}
    if asker.owner:
        record["owner"] = asker.owner
    if group:
        record["group"] = group
    try:
        run.path.mkdir(parents=True)
        (root / TRASH).mkdir(exist_ok=True)  # on a full disk, when a run has to be deleted, it could not be made
        if fine_tuning:
            write_atomically(run.fine_tuning, fine_tuning)
        write_record(run.path, record)
    except OSError as error:
        discard(run, asker=asker)
        raise RunError(
            f"the run cannot be recorded in {root}: {error.strerror}. Free some space there, make it writable, or set "
            "DIGIT_LAB_RUNS to another folder"
        ) from error
    return run


def discard(run: Run, *, asker: Asker) -> None:
    """Remove the directory of a run that could not be started, as far as that is possible.

    Raises:
        NotYoursError: it is not the asker's.
    """
    if (run.path / CONFIG).exists():  # else nobody has recorded it yet
        run.require(asker)
    shutil.rmtree(run.path, ignore_errors=True)


def find_run(run_id: str, folder: str | Path | None = None) -> Run:
    """Return the run of that id.

    Raises:
        RunError: there is none. An id is a plain name, so none can point outside the folder.
    """
    run = Run(Path(folder or runs_folder()) / run_id)
    if not is_id(run_id) or not _is_run(run.path):
        raise RunError(f"there is no run {quoted(run_id)}: it may have been deleted")
    return run


def list_runs(folder: str | Path | None = None) -> list[Run]:
    """Return all runs, the newest first, read anew. Who asks often asks the index (`mnist_core.runs.index`).

    Raises:
        RunError: the folder cannot be read.
    """
    root = Path(folder or runs_folder())
    try:
        paths = list(root.iterdir()) if root.is_dir() else []
    except OSError as error:
        raise RunError(f"the runs in {root} cannot be read: {error.strerror}. Make that folder readable") from error
    found = [Run(path) for path in paths if _is_run(path)]
    return sorted(found, key=lambda run: run.id, reverse=True)


def is_id(name: str) -> bool:
    """Return whether a run's directory may be called that."""
    return _ID.fullmatch(name) is not None


def _is_run(path: Path) -> bool:
    try:
        return is_id(path.name) and (path / CONFIG).is_file()
    except OSError:  # a folder that is closed to us hides no other one
        return False


def free_path(run_id: str, folder: str | Path) -> Path:
    """Return where a run of that id may be put: `folder`/`run_id`, or with another ending where that name is taken.

    A run takes a name, and so does a network that comes with Digit Lab.

    Raises:
        RunError: no run can have that id.
    """
    folder = Path(folder)
    if not is_id(run_id):
        raise RunError(f"a run's folder has a name of small letters, digits and hyphens, received {quoted(run_id)}")
    path = folder / run_id
    while path.exists() or is_shipped(path.name):
        path = folder / f"{run_id[:55]}-{secrets.token_hex(4)}"
    return path
