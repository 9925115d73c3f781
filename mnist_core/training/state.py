"""TrainingState: what a training needs to go on from the end of an epoch as if it had never been interrupted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.optim import Optimizer

from mnist_core.errors import CheckpointError
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import check_header


@dataclass(frozen=True, slots=True)
class TrainingState:
    """The tensors of a training and its position, at the end of an epoch."""

    tensors: dict[str, Tensor]
    """As from `gather`."""
    epoch: int
    """Epochs completed."""
    seconds: float
    losses: tuple[float, ...] = ()
    """Validation loss at the end of each epoch."""
    best: dict[str, Tensor] = field(default_factory=dict)
    """With early stopping, the weights at the end of the epoch with the lowest of these losses."""


def copies(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return copies on the processor, which no later step changes."""
    return {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}


def gather(networks: Mapping[str, nn.Module], optimizer: Optimizer) -> dict[str, Tensor]:
    """Return copies of all tensors of `networks`, each under its network's name and a dot, and of `optimizer`."""
    tensors = {f"{part}.{name}": value for part, net in networks.items() for name, value in net.state_dict().items()}
    for entries in optimizer.state_dict()["state"].values():  # at most one: the vector of all weights
        tensors |= {f"optimizer.{name}": value for name, value in entries.items() if value is not None}
    return copies(tensors)


def scatter(tensors: Mapping[str, Tensor], networks: Mapping[str, nn.Module], optimizer: Optimizer) -> None:
    """Put back what `gather` returned.

    Raises:
        CheckpointError: the tensors are of another network; nothing has been changed then.
    """
    parts: dict[str, dict[str, Tensor]] = {part: {} for part in ("optimizer", *networks)}
    for full_name, value in tensors.items():
        part, _, name = full_name.partition(".")
        parts.setdefault(part, {})[name] = value
    (weights,) = optimizer.param_groups[0]["params"]
    fits = (
        parts.keys() == {"optimizer", *networks}
        and all(_shapes(parts[part]) == _shapes(net.state_dict()) for part, net in networks.items())
        and all(value.numel() in (1, weights.numel()) for value in parts["optimizer"].values())
    )
    if not fits:
        raise CheckpointError(
            "the saved state is not of the network that config.json describes, so the run cannot be resumed: put "
            "config.json back as it was, or start a new run"
        )
    for part, net in networks.items():
        net.load_state_dict(parts[part])
    if parts["optimizer"]:
        optimizer.load_state_dict(optimizer.state_dict() | {"state": {0: parts["optimizer"]}})


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in tensors.items()}


_BEST = "best."
"""Prefix of the best epoch's weights in the file of a state."""


def save_state(path: str | Path, state: TrainingState) -> None:
    """Write what a training needs to go on from the end of an epoch.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    position = {"epoch": state.epoch, "seconds": state.seconds, "losses": state.losses}
    tensors = state.tensors | {_BEST + name: value for name, value in state.best.items()}
    write_atomically(path, save(tensors, {name: json.dumps(value) for name, value in position.items()}))


def load_state(path: str | Path) -> TrainingState:
    """Read back what `save_state` wrote.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    try:
        check_header(path)
        tensors: dict[str, Tensor] = load_file(path)
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
        losses = tuple(float(loss) for loss in json.loads(metadata.get("losses", "[]")))
        best = {name.removeprefix(_BEST): tensors.pop(name) for name in list(tensors) if name.startswith(_BEST)}
        return TrainingState(tensors, int(metadata["epoch"]), float(json.loads(metadata["seconds"])), losses, best)
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise CheckpointError(
            f"the state of the run in {Path(path).name} is missing or damaged, so it cannot be resumed: start it anew"
        ) from error
