"""What a step does to the weights, and how it is done fast: optimizer and running average over one vector.

Updating costs a few calls for each tensor, and a small network has many small ones; as one vector they are one.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from mnist_core.config import TrainConfig
from mnist_core.model import DigitNet


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


class Average:
    """A second network whose weights and statistics follow the trained ones' running average."""

    def __init__(self, model: DigitNet, like: Vectors, decay: float) -> None:
        """Turn `model`, freshly built, into the average of the network whose vectors are `like`."""
        self.model = model
        self._mine, self._like, self._decay = flatten(model), like, decay

    @torch.no_grad()
    def update(self, number: int) -> None:
        """Take in the weights after the step `number`, from 1.

        The decay rises to its full value as steps pass, so that the average leaves the initial weights behind soon
        (as in TensorFlow's ExponentialMovingAverage).
        """
        share = 1 - min(self._decay, (1 + number) / (10 + number))
        self._mine.weights.lerp_(self._like.weights, share)
        self._mine.statistics.lerp_(self._like.statistics, share)


class Between:
    """A second network that stays between the weights it began with and the trained ones, always at the same share.

    Of what a fine-tuned network has learned it keeps most, and of what it knew before it forgets less than half as
    much (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).
    """

    def __init__(self, model: DigitNet, like: Vectors, share: float) -> None:
        """Turn `model`, freshly built, into that network.

        Args:
            like: the vectors of the trained network, as it begins.
            share: of the way from there to the trained weights, 0 to 1.
        """
        self.model = model
        self._mine, self._like, self._share = flatten(model), like, share
        self._start = [vector.detach().clone() for vector in (like.weights, like.statistics)]
        self.update(0)

    @torch.no_grad()
    def update(self, number: int) -> None:
        """Take in the weights after the step `number`; which it is makes no difference."""
        for mine, start, now in zip(
            (self._mine.weights, self._mine.statistics),
            self._start,
            (self._like.weights, self._like.statistics),
            strict=True,
        ):
            torch.lerp(start, now, self._share, out=mine)


def pooled_first(model: DigitNet) -> nn.Sequential:
    """Return `model`'s own modules, each ReLU moved behind the max pooling that follows it.

    The largest of four values is the same before and after a function that never falls, and so is its gradient; but
    three quarters of the ReLU's work are saved: 4 % of a step of the notebook preset.
    """
    modules = list(model)
    for i in range(len(modules) - 1):
        if isinstance(modules[i], (nn.ReLU, nn.LeakyReLU)) and isinstance(modules[i + 1], nn.MaxPool2d):
            modules[i], modules[i + 1] = modules[i + 1], modules[i]
    return nn.Sequential(*modules)


def _in_memory_order(tensor: Tensor) -> Tensor:
    return tensor.as_strided((tensor.numel(),), (1,))
