"""Compare two networks on the same images: what only one of them reads right, and whether that is chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.intervals import mcnemar
from mnist_core.evaluation.predictions import Outputs

SURE = 0.05
"""Below this probability of chance, one network is called the better: the usual 5 %."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two networks, image by image."""

    both: NDArray[np.int64]
    """Indices of the images that both read right; likewise the others."""
    only_first: NDArray[np.int64]
    only_second: NDArray[np.int64]
    neither: NDArray[np.int64]
    p: float
    """How probable so uneven a split is if both are equally good (McNemar's exact test)."""

    def describe(self, first: str, second: str) -> str:
        """Say what the pairing shows of two networks of these names."""
        if not len(self.only_first) and not len(self.only_second):
            return f"{first} and {second} read the very same images right: there is nothing to tell between them."
        counts = (
            f"{_describe_count(len(self.only_first))} read right by {first} alone and {len(self.only_second):,} by "
            f"{second} alone."
        )
        if self.p >= SURE:
            return (
                f"{counts} If both were equally good, a split at least as uneven would come by chance with probability "
                f"{self.p:.2f}: these images do not tell which is better."
            )
        better = first if len(self.only_first) > len(self.only_second) else second
        chance = f"{self.p:.3f}" if self.p >= 0.001 else "less than 0.001"
        return (
            f"{counts} If both were equally good, a split at least as uneven would come by chance with probability "
            f"{chance}: {better} is better."
        )


def paired(first: Outputs, second: Outputs, labels: NDArray[np.uint8]) -> Pairing:
    """Compare two networks' outputs on the same images with labels (N,)."""
    a, b = first.correct(labels), second.correct(labels)
    both, only_first, only_second, neither = (np.flatnonzero(x) for x in (a & b, a & ~b, b & ~a, ~a & ~b))
    return Pairing(both, only_first, only_second, neither, mcnemar(len(only_first), len(only_second)))


def _describe_count(count: int) -> str:
    return "1 image is" if count == 1 else f"{count:,} images are"
