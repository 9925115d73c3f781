"""Which images of a digit are typical, which unusual, and which probably bear a wrong label. numpy alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.architecture import CLASSES


def class_means(features: NDArray[np.float32], labels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the mean of each digit's features, (10, F), from features (N, F) and labels (N,); zeros if absent."""
    means = np.zeros((CLASSES, features.shape[1]), np.float32)
    for digit in np.unique(labels):
        means[digit] = features[labels == digit].mean(0, dtype=np.float64)
    return means


def distances(
    features: NDArray[np.float32], labels: NDArray[np.uint8], means: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return each image's Euclidean distance to the mean of its own digit: (N,)."""
    result = np.empty(len(features), np.float32)
    for digit in np.unique(labels):
        members = labels == digit
        result[members] = np.linalg.norm(features[members] - means[digit], axis=1)
    return result


def disagreements(
    labels: NDArray[np.uint8], read: NDArray[np.uint8], confidence: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return the indices of the images read as another digit than their label, the most confident first.

    A network that has learned from many right labels is seldom sure against a right one, so the first of these are the
    likeliest wrong labels (Northcutt, Athalye and Mueller, Pervasive Label Errors in Test Sets, 2021).
    """
    other = np.flatnonzero(read != labels)
    return other[np.argsort(-confidence[other], kind="stable")]
