"""config.json of a run: what it trains, its name, when it was created and by whom. No torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mnist_core.config import TrainConfig
from mnist_core.errors import ConfigError, RunError
from mnist_core.paths import CHECKPOINTS
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most
from mnist_core.untrusted_text import SHORT, clean

NAME = "config.json"


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
        texts |= {name: clean(record[name], SHORT) for name in ("visitor", "group") if record.get(name)}
        return record | texts | {"config": record["config"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunError(f"the run {folder.name} cannot be read: its {NAME} is missing or damaged") from error


def is_shipped(name: str) -> bool:
    """Whether a network of that name comes with Digit Lab; a run of the same name would be taken for it."""
    return (CHECKPOINTS / f"{name}.safetensors").exists()


def write_record(folder: str | Path, record: dict[str, Any]) -> None:
    """Write the record of the run in `folder`, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = Path(folder)
    write_atomically(folder / NAME, json.dumps(record, indent=2))


def read_config(folder: str | Path) -> TrainConfig:
    """Return the configuration that the run in `folder` trains.

    Raises:
        RunError: the file is missing, damaged, or describes what cannot be trained.
    """
    folder = Path(folder)
    try:
        return TrainConfig.from_dict(read_record(folder)["config"])
    except ConfigError as error:
        raise RunError(f"the run {folder.name} cannot be read: {error}") from error


def lengthen(folder: str | Path, done: int, more: int) -> None:
    """Give the run in `folder` `more` epochs after the `done` ones. Its first configuration stays as "first_config".

    Raises:
        RunError: the run would be too long, or its folder cannot be read or written.
    """
    folder = Path(folder)
    record, config = read_record(folder), read_config(folder)
    try:
        record = {"first_config": record["config"]} | record | {"config": config.extended(done, more).to_dict()}
        write_record(folder, record)
    except ConfigError as error:
        raise RunError(f"the run {folder.name} cannot be given more epochs: {error}") from error
    except OSError as error:
        raise RunError(f"cannot give the run {folder.name} more epochs: {error.strerror}") from error
