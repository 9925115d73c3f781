"""One drawing through one network: ten probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mnist_core.softmax import softmax


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a network makes of one image."""

    probabilities: tuple[float, ...]
    """Ten, for the digits 0 to 9, adding up to 1."""

    @property
    def ranking(self) -> list[int]:
        """The digits, the most probable first."""
        return sorted(range(len(self.probabilities)), key=lambda d: -self.probabilities[d])

    @property
    def digit(self) -> int:
        """The most probable digit."""
        return self.ranking[0]

    @property
    def confidence(self) -> float:
        """The probability of `digit`, 0 to 1."""
        return self.probabilities[self.digit]


@torch.inference_mode()
def predict(model: nn.Module, image: NDArray[np.float32]) -> Prediction:
    """Read one image, (28, 28) float in [0, 1], white on black, with a model in evaluation mode.

    Raises:
        ValueError: another shape, or values outside [0, 1].
    """
    if image.shape != (28, 28) or not (image.min() >= 0 and image.max() <= 1):
        raise ValueError(f"expected (28, 28) in [0, 1], received {image.shape} in [{image.min()}, {image.max()}]")
    device = next(model.parameters()).device
    logits = model(torch.from_numpy(np.ascontiguousarray(image, dtype=np.float32))[None, None].to(device))
    return Prediction(tuple(softmax(logits[0].cpu().numpy()).probabilities.tolist()))
