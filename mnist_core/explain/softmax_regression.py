"""Softmax regression: the smallest model that learns digits, trained by plain gradient descent. numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.softmax import log_softmax, softmax
from mnist_core.storage.png import to_brightness


@dataclass(frozen=True, slots=True)
class Descent:
    """What a training has come to after each of its steps; the first values are from before it."""

    losses: list[float]
    """Mean cross-entropy on the images, in nats."""
    accuracies: list[float]
    """Share of the images read right, 0 to 1."""


def descend(images: NDArray[np.uint8], labels: NDArray[np.uint8], rate: float, steps: int) -> Descent:
    """Train weights (784, 10) and ten offsets from zero on, each step on all images at once.

    The gradient of the cross-entropy is x (p - y), with p the probabilities and y 1 for the true digit (Bishop, Pattern
    Recognition and Machine Learning, 2006, equation 4.109).

    Args:
        images: (N, 28, 28).
        labels: (N,).
        rate: the learning rate.
        steps: how many steps.
    """
    x = to_brightness(images.reshape(len(images), -1))  # (N, 784)
    truth = np.eye(10, dtype=np.float32)[labels]  # (N, 10)
    weights, offsets = np.zeros((x.shape[1], 10), np.float32), np.zeros(10, np.float32)
    descent = Descent([], [])
    for step in range(steps + 1):
        logits = x @ weights + offsets
        descent.losses.append(float(-log_softmax(logits)[np.arange(len(labels)), labels].mean()))
        descent.accuracies.append(float((logits.argmax(1) == labels).mean()))
        if step < steps:
            error = (softmax(logits) - truth).astype(np.float32) / len(labels)
            weights -= rate * x.T @ error
            offsets -= rate * error.sum(0)
    return descent
