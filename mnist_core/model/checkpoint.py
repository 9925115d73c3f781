"""Write a network and its card to one safetensors file, and build the network from it. Never a pickle."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from mnist_core.errors import CheckpointError
from mnist_core.model.card import ModelCard, read_card
from mnist_core.model.network import DigitNet, build_model
from mnist_core.storage.atomic import write_atomically


def save_checkpoint(path: str | Path, model: DigitNet, card: ModelCard) -> None:
    """Write `model` and its card to `path`, whole or not at all.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    tensors = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    write_atomically(path, save(tensors, card.to_metadata()))


def load_checkpoint(path: str | Path) -> tuple[DigitNet, ModelCard]:
    """Rebuild the network in `path`, on the CPU and in evaluation mode, with its card.

    Names and shapes are compared with what the card's configuration builds before any weight is taken over.

    Raises:
        CheckpointError: not a checkpoint of Digit Lab, damaged, or with other tensors than its configuration has.
    """
    path = Path(path)
    card = read_card(path)
    model = build_model(card.config)
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"cannot read the checkpoint {path.name}: {error}") from error
    expected = {name: (tuple(t.shape), t.dtype) for name, t in model.state_dict().items()}
    received = {name: (tuple(t.shape), t.dtype) for name, t in tensors.items()}
    if expected != received:
        wrong = sorted(name for name in expected.keys() | received.keys() if expected.get(name) != received.get(name))
        raise CheckpointError(f"the weights in {path.name} do not fit its own configuration: {', '.join(wrong[:4])}")
    if not all(torch.isfinite(t).all() for t in tensors.values()):
        raise CheckpointError(f"{path.name} holds weights that are infinite or not a number: its run has diverged")
    model.load_state_dict(tensors)
    return model.eval(), card
