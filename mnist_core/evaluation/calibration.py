"""Calibration: whether a network that is 90 % sure reads 90 % right. Temperature, reliability, and abstaining.

Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks, ICML 2017. No torch; scipy where it is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.predictions import cross_entropy

TEMPERATURES = (0.05, 20.0)
"""The range that is searched. A network without a mistake has no best temperature: it gets a very low one."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """Images by how sure the network is, in bins of equal width; empty bins have the mean confidence nan."""

    edges: NDArray[np.float64]
    """(bins + 1,), from 0 to 1."""
    counts: NDArray[np.int64]
    """(bins,): images in each."""
    confidence: NDArray[np.float64]
    """(bins,): the mean confidence in each."""
    accuracy: NDArray[np.float64]
    """(bins,): the share read right in each."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a network gets right when it answers only where it is sure enough; one entry a threshold."""

    threshold: NDArray[np.float64]
    """The confidence from which it answers, falling."""
    share: NDArray[np.float64]
    """The share of the images that it then answers, rising to 1."""
    accuracy: NDArray[np.float64]
    """The share of its answers that are right."""

    def at(self, threshold: float) -> tuple[float, float | None]:
        """Return (share answered, accuracy of the answers) at a threshold; the accuracy of no answer is None."""
        entry = int((self.threshold >= threshold).sum()) - 1
        return (float(self.share[entry]), float(self.accuracy[entry])) if entry >= 0 else (0.0, None)


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.uint8]) -> float:
    """Return the number that logits (N, 10) must be divided by for the smallest cross-entropy on labels (N,).

    Above 1 the network was too sure, below 1 not sure enough. What it reads stays the same.
    """
    from scipy.optimize import minimize_scalar

    low, high = TEMPERATURES
    found = minimize_scalar(
        lambda power: cross_entropy(logits, labels, math.exp(power)),
        bounds=(math.log(low), math.log(high)),
        method="bounded",
    )
    return math.exp(found.x)


def reliability(confidence: NDArray[np.float64], correct: NDArray[np.bool_], bins: int = 15) -> Reliability:
    """Sort images by confidence, (N,), into bins (low, high] and compare with how many are correct, (N,)."""
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        return Reliability(
            edges,
            counts,
            np.bincount(place, weights=confidence, minlength=bins) / counts,
            np.bincount(place, weights=correct, minlength=bins) / counts,
        )


def expected_calibration_error(confidence: NDArray[np.float64], correct: NDArray[np.bool_], bins: int = 15) -> float:
    """Return the mean distance, 0 to 1, between confidence and accuracy over the bins, weighted by their images."""
    table = reliability(confidence, correct, bins)
    filled = table.counts > 0
    distance = np.abs(table.confidence[filled] - table.accuracy[filled])
    return float(np.average(distance, weights=table.counts[filled]))


def answered(confidence: NDArray[np.float64], correct: NDArray[np.bool_]) -> Answered:
    """Let the network answer its surest images first, (N,) each, and follow how many answers are right."""
    order = np.argsort(-confidence, kind="stable")
    threshold, count = confidence[order], np.arange(1, len(order) + 1)
    last = np.append(threshold[1:] < threshold[:-1], True)  # equally sure images are answered together
    return Answered(threshold[last], (count / len(order))[last], (np.cumsum(correct[order]) / count)[last])
