"""Outputs: what one network says of many images, computed once. What is measured later is plain numpy.

torch is imported when a network is read, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.pool import ThreadPool
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

_CHUNK, _CHUNK_MULTIPLY_ADDS = 500, 5_000_000_000
"""Images between two results, and the multiply-adds that they may take: a tenth of a second to half a second of a core.
"""


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
        """Return whether each image is read as its label, (N,) uint8, says: (N,)."""
        return self.predicted == labels

    def loss(self, labels: NDArray[np.uint8]) -> float:
        """Return the mean cross-entropy on labels (N,) uint8, in nats."""
        return cross_entropy(self.logits, labels)


def cross_entropy(logits: NDArray[np.floating], labels: NDArray[np.uint8], temperature: float = 1.0) -> float:
    """Return the mean cross-entropy of logits (N, 10), divided by a temperature, on labels (N,), in nats."""
    return float(-log_softmax(logits, temperature)[np.arange(len(labels)), labels].mean())


def read_in_chunks(
    model: nn.Module, images: NDArray[np.uint8], threads: Callable[[], int] = lambda: 1
) -> Iterator[NDArray[np.float32]]:
    """Read images (N, 28, 28) uint8 with `model`, which stays as it is; yield the logits (n, 10) of some at a time.

    Args:
        model: the network.
        images: what it reads.
        threads: asked anew before each step: so many chunks are read at the same time.
    """
    from mnist_core.model.inference import for_reading, predict_logits

    network, size, start = for_reading(model), _chunk(model), 0
    while start < len(images):
        stop = start + size * threads()
        chunks = [images[i : i + size] for i in range(start, min(stop, len(images)), size)]
        # Not concurrent.futures, which takes no more work as soon as the interpreter begins to end.
        with ThreadPool(len(chunks)) as pool:
            yield np.concatenate(pool.map(lambda chunk: predict_logits(network, chunk).numpy(), chunks))
        start = stop


def _chunk(model: nn.Module) -> int:
    """Return how many images are read between two results: fewer with a large network, so that none takes long."""
    multiply_adds = sum(layer.multiply_adds for layer in getattr(model, "layers", ()))
    return max(1, min(_CHUNK, _CHUNK_MULTIPLY_ADDS // max(1, multiply_adds)))


def read_images(model: nn.Module, images: NDArray[np.uint8], threads: int = 1) -> Outputs:
    """Read images (N, 28, 28) uint8 with `model`, which stays as it is; `threads` chunks at the same time."""
    return Outputs(np.concatenate(list(read_in_chunks(model, images, lambda: threads))))


def training_sample(trained_on: TrainingData) -> NDArray[np.int64]:
    """Return the indices of at most SAMPLE images of MNIST that a network learned from, in the order of the shuffle."""
    return split_by_counts(trained_on.mnist, trained_on.held_back)[0][:SAMPLE]
