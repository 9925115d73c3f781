"""Turn gradients into changes of the weights, fast: the optimizer works on one vector of all weights.

An update costs a few calls for each tensor, and a small network has many small ones. One vector needs one update.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from mnist_core.config import TrainConfig


class Vectors(NamedTuple):
    """All numbers of a network in three vectors, of which its own tensors are views."""

    weights: Tensor
    gradients: Tensor
    statistics: Tensor
    """Running means and variances of its batch normalisation; empty without any."""


def flatten(model: nn.Module) -> Vectors:
    """Lay the parameters of `model`, their gradients and its statistics into one vector each.

    The model's own tensors become views, so what changes the vectors changes the model. Call it once the model is on
    its device.
    """
    parameters = list(model.parameters())
    weights = torch.cat([_in_memory_order(p.detach()) for p in parameters])
    gradients = torch.zeros_like(weights)
    begin = 0
    for p in parameters:
        # The same strides keep channels-last filters as they were laid out.
        p.grad = gradients.as_strided(p.shape, p.stride(), begin)
        p.data = weights.as_strided(p.shape, p.stride(), begin)
        begin += p.numel()
    buffers = [b for b in model.buffers() if b.is_floating_point()]
    statistics = torch.cat([b.flatten() for b in buffers]) if buffers else weights.new_zeros(0)
    begin = 0
    for b in buffers:
        b.data = statistics[begin : begin + b.numel()].view_as(b)
        begin += b.numel()
    return Vectors(weights, gradients, statistics)


def make_optimizer(config: TrainConfig, vectors: Vectors) -> Optimizer:
    """Return PyTorch's optimizer of `config` over the one vector of weights, fused where PyTorch has it fused.

    The caller sets its learning rate before each step, and zeroes the gradients in place.
    """
    whole = nn.Parameter(vectors.weights)
    whole.grad = vectors.gradients
    rate, decay = config.learning_rate, config.weight_decay
    match config.optimizer:
        case "sgd":
            return SGD([whole], rate, weight_decay=decay, fused=True)
        case "momentum":
            return SGD([whole], rate, momentum=0.9, nesterov=True, weight_decay=decay, fused=True)
        case "adam":
            return Adam([whole], rate, weight_decay=decay, fused=True)
        case "adamw":
            return AdamW([whole], rate, weight_decay=decay, fused=True)
        case "rmsprop":
            return RMSprop([whole], rate, weight_decay=decay)


def _in_memory_order(tensor: Tensor) -> Tensor:
    return tensor.as_strided((tensor.numel(),), (1,))
