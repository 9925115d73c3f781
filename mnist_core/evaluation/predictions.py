"""Outputs: what one network says of many images, computed once. What is measured later is plain numpy.

torch is imported when a network is read, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.mnist import split_by_counts
from mnist_core.model.softmax import log_softmax, softmax
from mnist_core.model.training_data import TrainingData

if TYPE_CHECKING:
    from torch import nn

SAMPLE = 10_000
"""Training images that are read to measure the training accuracy; as many as there are test images."""

_CHUNK = 500  # images between two reports of progress


@dataclass(frozen=True)
class Outputs:
    """A network's outputs on N images.

    Raises:
        ValueError: the logits are not (N, 10).
    """

    logits: NDArray[np.float32]
    """(N, 10)."""

    def __post_init__(self) -> None:
        if self.logits.ndim != 2 or self.logits.shape[1] != 10:
            raise ValueError(f"expected logits of shape (N, 10), received {self.logits.shape}")

    @cached_property
    def probabilities(self) -> NDArray[np.float64]:
        """(N, 10), each row adding up to 1."""
        return softmax(self.logits)

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """(N,): the most probable digit of each image."""
        return self.logits.argmax(1)

    @cached_property
    def confidence(self) -> NDArray[np.float64]:
        """(N,): the probability of the predicted digit."""
        return self.probabilities.max(1)

    def correct(self, labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """(N,): whether each image is read as its label, (N,) uint8, says."""
        return self.predicted == labels

    def loss(self, labels: NDArray[np.uint8]) -> float:
        """Return the mean cross-entropy on labels (N,) uint8, in nats."""
        return cross_entropy(self.logits, labels)


def cross_entropy(logits: NDArray[np.floating], labels: NDArray[np.uint8], temperature: float = 1.0) -> float:
    """Return the mean cross-entropy of logits (N, 10), divided by a temperature, on labels (N,), in nats."""
    return float(-log_softmax(logits, temperature)[np.arange(len(labels)), labels].mean())


def read_images(
    model: nn.Module,
    images: NDArray[np.uint8],
    threads: int = 1,
    report: Callable[[float], None] = lambda share: None,
) -> Outputs:
    """Read images (N, 28, 28) uint8 with `model`, which stays as it is.

    Args:
        threads: so many batches are read at the same time.
        report: called with the share that is done, 0 to 1.
    """
    from mnist_core.model.inference import for_reading, predict_logits

    network = for_reading(model)
    chunks = [images[i : i + _CHUNK] for i in range(0, len(images), _CHUNK)]
    parts = []
    with ThreadPoolExecutor(threads) as pool:
        for part in pool.map(lambda chunk: predict_logits(network, chunk).numpy(), chunks):
            parts.append(part)
            report(len(parts) / len(chunks))
    return Outputs(np.concatenate(parts))


def training_sample(trained_on: TrainingData) -> NDArray[np.int64]:
    """Return the indices of at most SAMPLE images of MNIST that a network learned from, in the order of the shuffle."""
    return split_by_counts(trained_on.mnist, trained_on.held_back)[0][:SAMPLE]
