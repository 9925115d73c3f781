"""One forward pass, looked at: what every layer makes of one image, in the order of the network's layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from mnist_core.model.network import DigitNet, single_input


@dataclass(frozen=True, slots=True)
class Activation:
    """What one layer puts out for one image."""

    name: str
    """The layer's name in the model, or `image` for what goes in."""
    text: str
    """What the layer is, in a learner's words."""
    values: NDArray[np.float32]
    """(channels, rows, columns) for feature maps, (units,) for dense layers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, without the batch dimension."""
        return self.values.shape


@torch.inference_mode()
def activations(model: DigitNet, image: NDArray[np.float32]) -> list[Activation]:
    """Pass one image, (28, 28) float in [0, 1], through a network in evaluation mode.

    The image comes first, as (1, 28, 28); the last are the ten logits.
    """
    value = single_input(model, image)
    found = [Activation("image", "The image itself", value[0].cpu().numpy())]
    for layer, module in zip(model.layers, model, strict=True):
        value = module(value)
        found.append(Activation(layer.name, layer.text, value[0].cpu().numpy()))
    return found
