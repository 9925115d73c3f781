"""The network that a command takes in hand: any checkpoint but the one that only tells what is no digit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.errors import CheckpointError
from mnist_core.model.card import ModelCard, read_card

if TYPE_CHECKING:
    from mnist_core.model.network import DigitNet


def read_network_card(path: str | Path) -> ModelCard:
    """Read the card of a network that reads digits.

    Raises:
        CheckpointError: no such file, not a checkpoint of Digit Lab, or the detector of what is no digit.
    """
    path = Path(path)
    card = read_card(path)
    if "least" in card.metrics:  # as `refusal.save_detector` writes it
        raise CheckpointError(
            f"{path.name} tells what is no digit, but does not read digits: name another checkpoint, "
            "such as checkpoints/best.safetensors"
        )
    return card


def load_network(path: str | Path) -> tuple[DigitNet, ModelCard]:
    """Load a network that reads digits, with its card.

    Raises:
        CheckpointError: as `read_network_card`, or the file is damaged.
    """
    read_network_card(path)
    from mnist_core.model.checkpoint import load_checkpoint

    return load_checkpoint(path)
