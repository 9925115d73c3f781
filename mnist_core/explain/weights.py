"""What a network's weights look like: the filters of its first layer, and each layer's histogram beside its start's."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.architecture import with_weights
from mnist_core.model.network import DigitNet, build_model

BINS = 30


@dataclass(frozen=True, slots=True)
class WeightHistogram:
    """How one layer's weights, without its biases, are spread, at the start and now; shares of all its weights."""

    layer: str
    """Its name in the model, e.g. `conv1`."""
    edges: list[float]
    """(BINS + 1,), the same for both."""
    start: list[float]
    now: list[float]
    """(BINS,) each, adding up to 1."""
    change: float
    """Length of the change since the start, as a share of the length at the start."""


def weight_histograms(model: DigitNet, start: DigitNet | None = None) -> list[WeightHistogram]:
    """Return a histogram for each convolution and dense layer of `model`, beside that of the weights at its start.

    Args:
        model: a network.
        start: the network that a fine-tuning started from. Without one, training started from random weights, which
            follow from the seed in the configuration.
    """
    start = start or build_model(model.config)
    found = []
    for layer in with_weights(model.config):
        before, now = (_weights(network, layer.name).ravel() for network in (start, model))
        edges = np.histogram_bin_edges(np.concatenate([before, now]), BINS)
        found.append(
            WeightHistogram(
                layer.name,
                edges.tolist(),
                (np.histogram(before, edges)[0] / before.size).tolist(),
                (np.histogram(now, edges)[0] / now.size).tolist(),
                float(np.linalg.norm(now - before)) / max(float(np.linalg.norm(before)), 1e-12),
            )
        )
    return found


def first_filters(model: DigitNet) -> NDArray[np.float32]:
    """Return what each filter or unit of the first layer multiplies with, (N, side, side): its kernel.

    A dense first layer sees all 28 x 28 pixels at once, so its filters are as large as the image.
    """
    weights = _weights(model, with_weights(model.config)[0].name)
    side = math.isqrt(weights[0].size)
    return weights.reshape(len(weights), side, side)


def as_grey(filters: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn weights into grey values in [0, 1]: zero is mid-grey, the largest of all, by amount, is white or black."""
    return (0.5 + filters / (2 * max(float(np.abs(filters).max()), 1e-12))).astype(np.float32)


def _weights(model: DigitNet, name: str) -> NDArray[np.float32]:
    return model.state_dict()[f"{name}.weight"].float().numpy()
