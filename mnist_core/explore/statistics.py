"""What can be counted in labelled images without any network: classes, mean images, grey values, ink. numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.architecture import CLASSES

INK = 128
"""From this grey value on, a pixel counts as ink."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts and averages of images (N, 28, 28) uint8 with labels (N,); a digit that is absent has zeros."""

    counts: NDArray[np.int64]
    """(10,): images of each digit."""
    means: NDArray[np.float32]
    """(10, 28, 28) in [0, 1]: the average image of each digit."""
    deviations: NDArray[np.float32]
    """(10, 28, 28) in [0, 0.5]: each pixel's standard deviation (of the population) within its digit."""
    grey: NDArray[np.int64]
    """(256,): pixels of each grey value."""
    ink: NDArray[np.float32]
    """(10, 28, 28) in [0, 1]: the share of each digit's images that have ink at a pixel."""

    @property
    def mean(self) -> NDArray[np.float32]:
        """(28, 28) in [0, 1]: the average of all images."""
        return _average(self.means, self.counts)

    @property
    def all_ink(self) -> NDArray[np.float32]:
        """(28, 28) in [0, 1]: the share of all images that have ink at a pixel."""
        return _average(self.ink, self.counts)


def balance(labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Count the images of each digit: (10,)."""
    return np.bincount(labels, minlength=CLASSES)


def statistics(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Statistics:
    """Count and average images (N, 28, 28), one digit at a time, so that the memory needed is that of one digit."""
    counts = balance(labels)
    means, deviations, ink = (np.zeros((CLASSES, *images.shape[1:]), np.float32) for _ in range(3))
    grey = np.zeros(256, np.int64)
    for digit in np.flatnonzero(counts):
        members = images[labels == digit]
        scaled = members / 255
        means[digit] = scaled.mean(0)
        deviations[digit] = scaled.std(0)
        ink[digit] = (members >= INK).mean(0)
        grey += np.bincount(members.ravel(), minlength=256)
    return Statistics(counts, means, deviations, grey, ink)


def _average(of_digits: NDArray[np.float32], counts: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.average(of_digits, axis=0, weights=counts).astype(np.float32)
