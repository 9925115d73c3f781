"""The softmax of many rows of logits, in NumPy. No torch. Its steps, one by one, are in `explain.softmax`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """Return the softmax of logits (N, 10), divided by a temperature first."""
    return np.exp(log_softmax(logits, temperature))


def log_softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """Return the logarithm of `softmax`, exact also where a probability is too small for a float."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(1, keepdims=True)
    return scaled - np.log(np.exp(scaled).sum(1, keepdims=True))
