"""Switch filters of the first layer off and read again, without touching the network that others share."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.architecture import blocks
from mnist_core.model.inference import Prediction
from mnist_core.model.network import DigitNet, single_input


def can_switch_off(model: DigitNet) -> bool:
    """Return whether anything follows the first layer; if not, its outputs are the answer."""
    return _end_of_first(model) < len(model)


@torch.inference_mode()
def read_without(model: DigitNet, image: NDArray[np.float32], off: Collection[int]) -> Prediction:
    """Read an image, (28, 28) float in [0, 1], with these filters of the first layer putting out nothing but zeros."""
    end = _end_of_first(model)
    value = _first_output(model, image)
    value[:, list(off)] = 0
    return Prediction(tuple(torch.softmax(model[end:](value)[0].double(), 0).tolist()))


@torch.inference_mode()
def read_without_each(model: DigitNet, image: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the probabilities (filters, 10) with each filter of the first layer switched off alone."""
    end = _end_of_first(model)
    value = _first_output(model, image)
    count = value.shape[1]
    keep = (1 - torch.eye(count, device=value.device)).reshape(count, count, *[1] * (value.dim() - 2))
    rest = model[end:]
    # In pieces: a thousand units of a first layer at once would be a gigabyte.
    return torch.cat([torch.softmax(rest(value * part).double(), 1) for part in keep.split(64)]).cpu().numpy()


def _end_of_first(model: DigitNet) -> int:
    """Return how many layers the first convolution (or dense layer) with its activation reaches to."""
    weighty = next(block for block in blocks(model.layers) if block[0].kind in ("convolution", "dense"))
    return 1 + model.layers.index(weighty[-1])


def _first_output(model: DigitNet, image: NDArray[np.float32]) -> Tensor:
    return model[: _end_of_first(model)](single_input(model, image)).clone()
