"""config.json of a run: what it trains, its name, when it was created and by whom. No torch."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from mnist_core.asker import Asker
from mnist_core.config import TrainConfig
from mnist_core.errors import ConfigError, RunError
from mnist_core.paths import CHECKPOINTS
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most
from mnist_core.untrusted_text import SHORT, clean

NAME = "config.json"
_OWNERS = ("owner", "visitor")
"""Where the id of the seat that made the run is: records of before call it a visitor."""


def read_record(folder: str | Path) -> dict[str, Any]:
    """Return the record of the run in `folder`: name, created and config, and what else was written.

    Raises:
        RunError: the file is missing or damaged, or the folder has the name of a shipped network.
    """
    folder = Path(folder)
    if is_shipped(folder.name):
        raise RunError(
            f"the run in the folder {folder.name} has the name of a network that comes with Digit Lab: give the folder "
            "another name"
        )
    try:
        record = dict(json.loads(read_at_most(folder / NAME)))
        texts = {name: clean(record[name], SHORT) for name in ("name", "created")}
        texts |= {name: clean(record[name], SHORT) for name in (*_OWNERS, "group") if record.get(name)}
        return record | texts | {"config": record["config"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(folder) from error


def _damaged(folder: Path) -> RunError:
    return RunError(f"the run {folder.name} cannot be read: its {NAME} is missing or damaged")


def is_shipped(name: str) -> bool:
    """Return whether a network of that name comes with Digit Lab: a run of the same name would be taken for it."""
    return (CHECKPOINTS / f"{name}.safetensors").exists()


def owner_of(folder: str | Path) -> str:
    """Return the id of the seat that the run in `folder` belongs to; empty for the teacher's, or if none is known."""
    try:
        record = read_record(folder)
    except RunError:
        return ""
    return next((str(record[name]) for name in _OWNERS if record.get(name)), "")


def require(folder: str | Path, asker: Asker) -> None:
    """Do nothing if the run in `folder` is the asker's to change.

    Raises:
        NotYoursError: it is not.
    """
    asker.require(owner_of(folder), f"the run {Path(folder).name}")


def content_without_owner(folder: str | Path) -> str:
    """Return what the file holds as it leaves this installation: it does not tell whose the run is.

    Raises:
        RunError: the file is missing or damaged.
    """
    folder = Path(folder)
    try:
        record = dict(json.loads(read_at_most(folder / NAME)))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise _damaged(folder) from error
    return json.dumps({name: value for name, value in record.items() if name not in _OWNERS}, indent=2)


def give_to(folder: str | Path, *, asker: Asker) -> None:
    """Record that the run in `folder`, which is about to join a folder of runs, belongs to `asker`.

    Raises:
        RunError: the file is missing or damaged.
        OSError: the folder cannot be written.
    """
    record = json.loads(content_without_owner(folder)) | ({"owner": asker.owner} if asker.owner else {})
    write_record(folder, record)


def write_record(folder: str | Path, record: dict[str, Any]) -> None:
    """Write the record of the run in `folder`, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = Path(folder)
    write_atomically(folder / NAME, json.dumps(record, indent=2))


def read_config(folder: str | Path) -> TrainConfig:
    """Return the configuration that the run in `folder` trains; the file is read again only when it has changed.

    Raises:
        RunError: the file is missing, damaged, or describes what cannot be trained.
    """
    folder = Path(folder)
    try:
        found = (folder / NAME).stat()
    except OSError as error:
        raise _damaged(folder) from error
    return _config(folder, found.st_ino, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=512)
def _config(folder: Path, file: int, modified: int, size: int) -> TrainConfig:
    try:
        return TrainConfig.from_dict(read_record(folder)["config"])
    except ConfigError as error:
        raise RunError(f"the run {folder.name} cannot be read: {error}") from error


def lengthen(folder: str | Path, done: int, more: int, *, asker: Asker) -> None:
    """Give the run in `folder` `more` epochs after the `done` ones. Its first configuration stays as "first_config".

    Raises:
        NotYoursError: it is not the asker's.
        RunError: the run would be too long, or its folder cannot be read or written.
    """
    folder = Path(folder)
    require(folder, asker)
    record, config = read_record(folder), read_config(folder)
    try:
        record = {"first_config": record["config"]} | record | {"config": config.extended(done, more).to_dict()}
        write_record(folder, record)
    except ConfigError as error:
        raise RunError(f"the run {folder.name} cannot be given more epochs: {error}") from error
    except OSError as error:
        raise RunError(f"cannot give the run {folder.name} more epochs: {error.strerror}") from error
