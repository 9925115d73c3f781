"""A second network that follows the trained one: its running average, or a mix with the weights it began with."""

from __future__ import annotations

import torch

from mnist_core.model.network import DigitNet
from mnist_core.training.optimizer import Vectors, flatten


class MovingAverage:
    """Keeps a second network whose weights and statistics are the running average of the trained ones."""

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


class Interpolation:
    """Keeps a second network between the weights that training began with and the trained ones, at a fixed share.

    It keeps most of what fine-tuning learned, and forgets less than half as much of what the network knew before
    (WiSE-FT: Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).
    """

    def __init__(self, model: DigitNet, like: Vectors, share: float) -> None:
        """Turn `model` into that network.

        Args:
            model: freshly built.
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
