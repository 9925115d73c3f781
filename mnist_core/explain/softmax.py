"""Softmax, one step at a time: from ten logits to ten probabilities. No torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Softmax:
    """The steps; arrays are (10,) float64."""

    scaled: NDArray[np.float64]
    """The logits divided by the temperature, minus the largest of them."""
    exponentials: NDArray[np.float64]
    """e to the power of each; the largest is 1."""

    @property
    def total(self) -> float:
        """What the exponentials add up to."""
        return float(self.exponentials.sum())

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Each exponential's share of the total."""
        return self.exponentials / self.total


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> Softmax:
    """Turn logits into probabilities; a temperature above 1 evens them out, below 1 sharpens them.

    The largest is subtracted first: the shares stay the same, and no exponential can overflow (Goodfellow et al., Deep
    Learning, 4.1). Temperature: Guo et al., On Calibration of Modern Neural Networks, 2017, section 4.2.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    scaled = scaled - scaled.max()
    return Softmax(scaled, np.exp(scaled))
