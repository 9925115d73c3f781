"""The network that a command takes in hand: any checkpoint but the one that only tells what is no digit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.errors import CheckpointError
from mnist_core.model.card import ModelCard
from mnist_core.runs.whole_card import read_whole_card

if TYPE_CHECKING:
    from mnist_core.model.network import DigitNet


def read_network_card(path: str | Path) -> ModelCard:
    """Read the card of a network that reads digits, with what it was trained on.

    Raises:
        CheckpointError: no such file, not a checkpoint of Digit Lab, or the detector of what is no digit.
    """
    card = read_whole_card(path)
    if "least" in card.metrics:  # as `rejection.detector.save_detector` writes it
        raise CheckpointError(
            f"{Path(path).name} tells what is no digit, but does not read digits: name another checkpoint, "
            "such as checkpoints/best.safetensors"
        )
    return card


def load_network(path: str | Path) -> tuple[DigitNet, ModelCard]:
    """Load a network that reads digits, with its card.

    Raises:
        CheckpointError: as `read_network_card`, or the file is damaged.
    """
    card = read_network_card(path)
    from mnist_core.model.checkpoint import load_checkpoint

    return load_checkpoint(path)[0], card
