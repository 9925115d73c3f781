"""ModelCard: what a checkpoint says of itself, read from its header alone. No torch, no Streamlit."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import ItemsView
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from mnist_core.config import TrainConfig
from mnist_core.errors import CheckpointError, ConfigError
from mnist_core.event_json import from_record
from mnist_core.events import Epoch
from mnist_core.model.training_data import TrainingData
from mnist_core.storage.untrusted_file import check_header
from mnist_core.untrusted_text import SHORT, clean, quoted

FORMAT = "digit-lab-1"
_MOST_ENTRIES = 64
"""Metrics, or versions, that a card may name: there are about eight."""
LARGEST_FILE = 64 * 2**20
"""Bytes; four times the largest network that a configuration can describe."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelCard:
    """How a network was trained, on what, and how it did."""

    config: TrainConfig
    metrics: dict[str, float]
    """What is known of: epoch, step, test_accuracy, test_loss, validation_accuracy; of a detector, its limit."""
    epochs: list[Epoch] = field(default_factory=list)
    """The run's epoch reports, in order."""
    versions: dict[str, str] = field(default_factory=dict)
    training_data: TrainingData | None = None
    """What the network was trained on; None where the file does not say so, as those of early versions."""

    @property
    def trained_on(self) -> TrainingData:
        """What the network was trained on; where that is not recorded, MNIST as its configuration splits it."""
        return self.training_data or TrainingData.of(self.config)

    def to_metadata(self) -> dict[str, str]:
        """Return the card as a safetensors file's metadata."""
        metadata = {
            "format": FORMAT,
            "config": json.dumps(self.config.to_dict()),
            "metrics": json.dumps(self.metrics),
            "epochs": json.dumps([asdict(epoch) for epoch in self.epochs]),
            "versions": json.dumps(self.versions),
        }
        if self.training_data:
            metadata["training_data"] = json.dumps(self.training_data.to_dict())
        return metadata


def versions() -> dict[str, str]:
    """Return the versions that decide a run's numbers."""
    return {"python": platform.python_version()} | {name: version(name) for name in ("torch", "numpy", "safetensors")}


def read_card(path: str | Path) -> ModelCard:
    """Read a checkpoint's card without its weights.

    Raises:
        CheckpointError: no such file, or not a checkpoint of Digit Lab.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if not path.is_file():
            kind = "a folder" if path.is_dir() else "no file"
            raise CheckpointError(f"expected a checkpoint file, but {path} is {kind}: name a .safetensors file")
        if size > LARGEST_FILE:
            raise CheckpointError(
                f"{path.name} has {size / 2**20:.0f} MB; a checkpoint of Digit Lab has at most "
                f"{LARGEST_FILE // 2**20} MB"
            )
        check_header(path)
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
    except OSError as error:
        raise CheckpointError(f"cannot read the checkpoint {path}: {error.strerror or error}") from error
    except SafetensorError as error:
        raise CheckpointError(f"{path.name} is not a safetensors file or is cut off: save or copy it again") from error
    if metadata.get("format") != FORMAT:
        raise CheckpointError(
            f"{path.name} was not written by Digit Lab (expected the format {FORMAT!r}, "
            f"received {quoted(metadata.get('format'))}): choose a checkpoint of a run or from checkpoints/"
        )
    try:
        return ModelCard(
            config=TrainConfig.from_dict(json.loads(metadata["config"])),
            metrics={clean(name, SHORT): _metric(name, value) for name, value in _entries(metadata["metrics"])},
            epochs=[_epoch(entry) for entry in json.loads(metadata["epochs"])],
            versions={clean(name, SHORT): clean(value, SHORT) for name, value in _entries(metadata["versions"])},
            training_data=TrainingData.from_dict(json.loads(data)) if (data := metadata.get("training_data")) else None,
        )
    except ConfigError as error:
        raise CheckpointError(f"{path.name} holds a network that cannot be built: {error}") from error
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise CheckpointError(f"the description inside {path.name} is damaged: save or copy it again") from error


def _entries(text: str) -> ItemsView[str, Any]:
    entries: dict[str, Any] = json.loads(text)
    if len(entries) > _MOST_ENTRIES:
        raise ValueError(f"expected at most {_MOST_ENTRIES} entries, received {len(entries)}")
    return entries.items()


def _metric(name: str, value: Any) -> float:
    """Return a metric's value, if it is a number that can have been measured."""
    number = float(value)
    if not math.isfinite(number) or ("accuracy" in name and not 0 <= number <= 1):
        raise ValueError(f"{name} must be a possible number, received {number}")
    return number


def _epoch(entry: dict[str, Any]) -> Epoch:
    """Read one as a line of a run's record is read: a file may come from anywhere."""
    event = from_record({"kind": Epoch.kind} | entry)
    if not isinstance(event, Epoch):
        raise ValueError(f"expected an epoch, received {event.kind}")
    return event
