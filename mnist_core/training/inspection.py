"""Measure gradients, changes of the weights and dead ReLUs in single steps of a training, at next to no cost."""

from __future__ import annotations

import math
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from mnist_core.architecture import with_weights
from mnist_core.events import Inspection
from mnist_core.model.network import DigitNet, to_input

EVERY, RARER = 0.5, 0.01
"""Seconds between inspections at first; later a hundredth of the time so far, so that an hour's record stays short."""
SHARE = 0.02
"""Inspections wait as long as it takes to stay below this share of the time."""
SAMPLE = 128
"""Images that a ReLU must be silent for to count as dead: at fewer, a filter for a rare shape might only be waiting."""


class Inspector:
    """Measures single steps of `model`'s training, through hooks on its optimizer that exist during those steps alone.

    It changes nothing: with or without it, the same weights come out, bit for bit.
    """

    def __init__(self, model: DigitNet, optimizer: Optimizer, images: Tensor) -> None:
        """Inspect `model`, which `optimizer` trains; the first of `images`, (N, 28, 28) uint8, are the sample."""
        self._model, self._optimizer = model, optimizer
        self._sample = images[:SAMPLE]
        self._layers = {
            layer.name: list(model.get_submodule(layer.name).parameters()) for layer in with_weights(model.config)
        }
        self._hooks: list[Any] = []
        self._before: dict[str, list[Tensor]] = {}
        self._gradients: dict[str, float] = {}
        self._changes: dict[str, float] = {}
        self._cost, self._due = 0.0, math.inf
        self._arm()

    def report(self, step: int, epoch: float, seconds: float) -> Inspection | None:
        """Return what the inspected step showed, if there has been one since; and inspect the next step if it is time.

        Args:
            step: optimisation steps done.
            epoch: epochs done, with the fraction.
            seconds: of training so far.
        """
        if seconds >= self._due:
            self._due = math.inf
            self._arm()
        if not self._changes:
            return None
        began = perf_counter()
        found = Inspection(
            step=step,
            epoch=epoch,
            gradients=self._gradients,
            changes=self._changes,
            dead=dead_shares(self._model, self._sample),
            seconds=seconds,
        )
        self._gradients, self._changes = {}, {}
        self._cost += perf_counter() - began
        self._due = seconds + max(EVERY, RARER * seconds, self._cost / SHARE)
        return found if all(map(math.isfinite, (*found.gradients.values(), *found.changes.values()))) else None

    def _arm(self) -> None:
        self._cost = 0.0
        self._hooks = [
            self._optimizer.register_step_pre_hook(self._before_step),
            self._optimizer.register_step_post_hook(self._after_step),
        ]

    def _before_step(self, *_: Any) -> None:
        began = perf_counter()
        self._gradients = {name: _length([p.grad for p in layer]) for name, layer in self._layers.items()}
        self._before = {name: [p.detach().clone() for p in layer] for name, layer in self._layers.items()}
        self._cost += perf_counter() - began

    def _after_step(self, *_: Any) -> None:
        began = perf_counter()
        for hook in self._hooks:
            hook.remove()
        for name, layer in self._layers.items():
            before = self._before[name]
            moved = _length([p.detach() - old for p, old in zip(layer, before, strict=True)])
            self._changes[name] = _rounded(moved / max(_length(before), 1e-12))
        self._gradients = {name: _rounded(length) for name, length in self._gradients.items()}
        self._before = {}
        self._cost += perf_counter() - began


@torch.inference_mode()
def dead_shares(model: DigitNet, images: Tensor) -> dict[str, float]:
    """Return, for each ReLU of `model` by its name, the share of its filters or units that are zero for all `images`.

    A filter counts as one, and as dead if its whole map is zero for every image of (N, 28, 28) uint8. The network is
    asked as it would be used, and left in the mode it was in. Networks of other activations have no ReLU: empty.
    """
    was_training = model.training
    model.eval()
    shares, values = {}, to_input(images)
    for name, module in model.named_children():
        values = module(values)
        if isinstance(module, nn.ReLU):
            silent = (values == 0).flatten(2).all(2) if values.dim() == 4 else values == 0  # (N, filters or units)
            shares[name] = _rounded(silent.all(0).float().mean().item())
    model.train(was_training)
    return shares


def _length(parts: list[Any]) -> float:
    # Not in float64, which Apple's graphics processors do not have; four digits are kept.
    return math.hypot(*(float(torch.linalg.vector_norm(part.float())) for part in parts))


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
