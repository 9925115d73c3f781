"""The description at the head of a fine-tuning's file: its start and its counts, without weights or drawings. No torch.

Files of early versions call a fine-tuning a lesson; the name of the entry is theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from mnist_core.config import TrainConfig
from mnist_core.errors import CheckpointError, CollectionError
from mnist_core.model.card import ModelCard
from mnist_core.model.training_data import FineTuningData, TrainingData
from mnist_core.storage.untrusted_file import check_header
from mnist_core.untrusted_text import SHORT, clean

MIXED_IN = 6_000
"""Images of MNIST in each epoch, of those the network has learned from."""
_ENTRY = "lesson"


@dataclass(frozen=True, slots=True)
class FineTuningSummary:
    """What a fine-tuning's file says of itself."""

    start: str
    """Name of the network to start from."""
    card: ModelCard
    """That network's card: its configuration, what it was trained on, and its test accuracy where that is known."""
    drawings: int
    """Drawings in the file."""
    held_out: int
    """Those of them that are kept aside to measure on."""

    @property
    def training_data(self) -> TrainingData:
        """What the fine-tuned network is trained on, over all of its trainings."""
        before = self.card.trained_on
        return before.fine_tuned(
            FineTuningData(
                start=self.start,
                start_test_accuracy=self.card.metrics.get("test_accuracy"),
                learned=self.drawings - self.held_out,
                held_out=self.held_out,
                mixed_in=min(MIXED_IN, before.mnist),
            )
        )

    def to_metadata(self) -> dict[str, str]:
        """Return the summary as the metadata of a fine-tuning's file; the drawings are counted in the file itself."""
        about = {
            "model": self.start,
            "test_accuracy": self.card.metrics.get("test_accuracy"),
            "held_out": self.held_out,
            "trained": self.card.config.to_dict(),
            "training_data": self.card.trained_on.to_dict(),
        }
        return {_ENTRY: json.dumps(about)}


def read_summary(path: str | Path) -> FineTuningSummary:
    """Read what a fine-tuning's file says of itself.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = Path(path)
    with explain_damage(path):
        check_header(path)
        with safe_open(path, framework="numpy") as file:
            about = json.loads((file.metadata() or {})[_ENTRY])
            (drawings,) = file.get_slice("labels").get_shape()
        tested, data = about["test_accuracy"], about.get("training_data")
        card = ModelCard(
            config=TrainConfig.from_dict(about["trained"]),
            metrics={} if tested is None else {"test_accuracy": min(1.0, max(0.0, float(tested)))},
            training_data=TrainingData.from_dict(data) if data else None,
        )
        summary = FineTuningSummary(clean(about["model"], SHORT), card, int(drawings), int(about["held_out"]))
        _ = summary.training_data  # raises where the counts contradict each other
        return summary


_DAMAGE = (
    OSError,
    SafetensorError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    RecursionError,
    CollectionError,
)
"""What reading a file raises that somebody has edited."""


@contextmanager
def explain_damage(path: str | Path) -> Iterator[None]:
    """Turn what reading the damaged file `path` raises in this context into a sentence.

    Raises:
        CheckpointError: reading it raised anything that damage raises.
    """
    try:
        yield
    except _DAMAGE as error:
        raise CheckpointError(
            f"the drawings that the network is taught, in {Path(path).name}, are missing or damaged: teach it anew"
        ) from error
