"""What a network makes of images just before its last layer: the numbers from which the ten logits are computed."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.model.network import DigitNet, to_input

WIDEST = 1024
"""A network without dense layers may feed 100,000 numbers into its last layer: more than this are sketched."""
_BATCH = 500
_SEED = 28


@torch.inference_mode()
def penultimate(model: DigitNet, images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the input of the model's output layer and its logits: (N, F) and (N, 10) float32.

    F is the width of the last dense layer, or of the flattened feature map where there is none; of the 784 pixels for
    a linear model. Wider than `WIDEST`, it is a count sketch of that width, which keeps distances on average (Charikar,
    Chen and Farach-Colton, 2002; Weinberger et al., Feature Hashing, 2009).

    Args:
        model: in evaluation mode, on any device.
        images: (N, 28, 28) uint8.
    """
    output = model.get_submodule("output")
    width = model.layers[-1].input_shape[0]
    features = np.empty((len(images), min(width, WIDEST)), np.float32)
    logits = np.empty((len(images), model.layers[-1].output_shape[0]), np.float32)
    generator = torch.Generator().manual_seed(_SEED)
    buckets = torch.randint(WIDEST, (width,), generator=generator)
    signs = torch.randint(2, (width,), generator=generator) * 2.0 - 1
    start = 0

    def keep(_: torch.nn.Module, inputs: tuple[Tensor, ...]) -> None:
        rows = inputs[0].float().cpu()
        if width > WIDEST:
            rows = torch.zeros(len(rows), WIDEST).index_add_(1, buckets, rows * signs)
        features[start : start + len(rows)] = rows

    handle = output.register_forward_pre_hook(keep)
    device = next(model.parameters()).device
    try:
        for start in range(0, len(images), _BATCH):
            batch = np.array(images[start : start + _BATCH])  # torch warns of arrays that it must not write to
            logits[start : start + len(batch)] = model(to_input(batch).to(device)).cpu()
    finally:
        handle.remove()
    return features, logits
