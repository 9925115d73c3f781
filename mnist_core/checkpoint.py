"""A checkpoint is one safetensors file that rebuilds its own model. Never a pickle: learners exchange these files."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor

from mnist_core.card import ModelCard, read_card
from mnist_core.errors import CheckpointError
from mnist_core.files import write_atomically
from mnist_core.model import DigitNet, build_model
from mnist_core.training_state import TrainingState


def save_checkpoint(path: Path, model: DigitNet, card: ModelCard) -> None:
    """Write `model` and its card to `path`, whole or not at all.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    tensors = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    write_atomically(path, save(tensors, card.to_metadata()))


def load_checkpoint(path: Path) -> tuple[DigitNet, ModelCard]:
    """Rebuild the network in `path`, on the CPU and in evaluation mode, with its card.

    Names and shapes are compared with what the card's configuration builds before any weight is taken over.

    Raises:
        CheckpointError: not a checkpoint of Digit Lab, damaged, or with other tensors than its configuration has.
    """
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


_BEST = "best."
"""Prefix of the best epoch's weights in the file of a state."""


def save_state(path: Path, state: TrainingState) -> None:
    """Write what a training needs to go on from the end of an epoch.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    position = {"epoch": state.epoch, "seconds": state.seconds, "losses": state.losses}
    tensors = state.tensors | {_BEST + name: value for name, value in state.best.items()}
    write_atomically(path, save(tensors, {name: json.dumps(value) for name, value in position.items()}))


def load_state(path: Path) -> TrainingState:
    """Read back what `save_state` wrote.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    try:
        tensors: dict[str, Tensor] = load_file(path)
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
        losses = tuple(float(loss) for loss in json.loads(metadata.get("losses", "[]")))
        best = {name.removeprefix(_BEST): tensors.pop(name) for name in list(tensors) if name.startswith(_BEST)}
        return TrainingState(tensors, int(metadata["epoch"]), float(json.loads(metadata["seconds"])), losses, best)
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise CheckpointError(
            f"the state of the run in {path.name} is missing or damaged, so it cannot be resumed: start it anew"
        ) from error
