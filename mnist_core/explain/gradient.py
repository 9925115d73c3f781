"""The gradient of one weight of the last layer, by hand and by autograd, and one step on one image."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from mnist_core.model.network import DigitNet, single_input


@dataclass(frozen=True, slots=True)
class OutputWeight:
    """The weight from one unit to the output of one digit, for one image."""

    unit: int
    digit: int
    probability: float
    """p: what the network gives the digit."""
    target: float
    """y: 1 if the digit is the true one, else 0."""
    activation: float
    """h: what the unit puts out."""
    gradient: float
    """Of the cross-entropy with respect to the weight, as autograd has it: (p - y) h."""
    loss: float
    """The cross-entropy of the image, in nats."""


def output_weight(
    model: DigitNet, image: NDArray[np.float32], label: int, digit: int, unit: int | None = None
) -> OutputWeight:
    """Look at the weight from a unit of the last hidden layer to the output of `digit`.

    Args:
        model: a network in evaluation mode, whose last layer is dense; it stays as it is.
        image: (28, 28) float in [0, 1].
        label: its true digit.
        digit: whose output the weight leads to.
        unit: from which it comes; when absent, the one that puts out most.

    Raises:
        ValueError: the network's last layer is not dense.
    """
    last = model[-1]
    if not isinstance(last, nn.Linear):
        raise ValueError(f"expected a network whose last layer is dense, received {type(last).__name__}")
    with torch.enable_grad():
        hidden = _before_last(model, image)
        weight = last.weight.detach().clone().requires_grad_()
        logits = F.linear(hidden, weight, None if last.bias is None else last.bias.detach())
        loss = F.cross_entropy(logits, torch.tensor([label], device=logits.device))
        loss.backward()
    assert weight.grad is not None
    chosen = int(hidden[0].abs().argmax()) if unit is None else unit
    return OutputWeight(
        unit=chosen,
        digit=digit,
        probability=float(logits.detach().softmax(1)[0, digit]),
        target=float(digit == label),
        activation=float(hidden[0, chosen]),
        gradient=float(weight.grad[digit, chosen]),
        loss=float(loss.detach()),
    )


def loss_after_step(model: DigitNet, image: NDArray[np.float32], label: int, learning_rate: float) -> float:
    """Return the loss of an image after one step of gradient descent on that image alone, with all weights.

    The step is made on a copy; the network stays as it is.
    """
    stepped = copy.deepcopy(model).requires_grad_(True)
    target = torch.tensor([label])
    with torch.enable_grad():
        loss = F.cross_entropy(stepped(single_input(stepped, image)), target)
        loss.backward()
    with torch.no_grad():
        for weight in stepped.parameters():
            if weight.grad is not None:
                weight.sub_(learning_rate * weight.grad)
        return float(F.cross_entropy(stepped(single_input(stepped, image)), target))


def _before_last(model: DigitNet, image: NDArray[np.float32]) -> Tensor:
    """Return what comes into the last layer, (1, units)."""
    value = single_input(model, image)
    with torch.no_grad():
        for module in list(model)[:-1]:
            value = module(value)
    return value
