"""Decide whether a drawing is a digit at all, before a network answers.

A network that reads digits has ten answers and no eleventh: shown a heart it names a digit, often with confidence. So
a second, small network is asked first. It was trained on other drawings too (`outliers`). It judges the drawing, not
the network in hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from mnist_core.errors import CheckpointError
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.model.card import ModelCard, versions
from mnist_core.model.checkpoint import load_checkpoint, save_checkpoint
from mnist_core.model.inference import predict_logits
from mnist_core.model.network import DigitNet
from mnist_core.paths import CHECKPOINTS
from mnist_core.storage.png import to_grey

SHIPPED = CHECKPOINTS / "strangers.safetensors"
FALSE_REFUSALS = 0.0075
"""Share of real digits that may be refused."""
_FITTED = ("temperature", "least", "false_refusals")
"""Fields of a detector that its file's card bears."""


@dataclass(frozen=True, slots=True)
class Detector:
    """Tells digits from outliers: a network, its temperature, and how sure it has to be."""

    network: DigitNet
    temperature: float
    """That makes its probabilities honest where there are as many outliers as digits (Guo et al., On Calibration of
    Modern Neural Networks, 2017)."""
    least: float
    """Probability of a digit, 0 to 1, below which an image is refused."""
    false_refusals: float
    """Share, 0 to 1, of digits that it had not learned from which are refused so."""

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return how probably each of these images, (N, 28, 28), is a digit: (N,)."""
        return _probabilities(evidence(self.network, images), self.temperature)

    def judge(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds, (N,), that each of these images, (N, 28, 28) in [0, 1], is a digit.

        The segmentation asks for them (`drawing.regrouping`).
        """
        return evidence(self.network, to_grey(images)).astype(np.float64) / self.temperature

    def refuses(self, images: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return which of these images, (N, 28, 28), do not look like a digit: (N,)."""
        return self.probabilities(images) < self.least

    def describe_refusal(self, image: NDArray[np.float32]) -> str | None:
        """Say why `image`, (28, 28) in [0, 1], is refused; None where it is not."""
        probability = self.probabilities(to_grey(image[None]))[0]
        if probability >= self.least:
            return None
        found = f"{probability:.0%}" if probability >= 0.01 else "under 1%"
        return (
            f"Its lines are hardly those of a digit: {found} probable, and it takes {self.least:.0%}. "
            "Draw one digit from 0 to 9, and nothing beside it"
        )


def evidence(network: DigitNet, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the log-odds, (N,), that images (N, 28, 28) are a digit: log(sum(exp(logits))), as it was trained.

    The negative energy of Liu et al., Energy-based Out-of-distribution Detection, NeurIPS 2020.
    """
    return torch.logsumexp(predict_logits(network, images), dim=1).numpy()


def calibrate(
    network: DigitNet, digits: NDArray[np.uint8], outliers: NDArray[np.uint8], share: float = FALSE_REFUSALS
) -> Detector:
    """Fit the temperature, and the limit that refuses `share` of the digits.

    Args:
        network: as `training.learn` trains it.
        digits: (N, 28, 28), that it has not learned from.
        outliers: (M, 28, 28), neither; about as many.
        share: of the digits, 0 to 1.
    """
    of_digits, of_outliers = evidence(network, digits), evidence(network, outliers)
    both = np.concatenate([of_outliers, of_digits])
    is_digit = np.arange(len(both)) >= len(outliers)
    temperature = fit_temperature(np.stack([np.zeros_like(both), both], axis=1), is_digit.astype(np.uint8))
    probabilities = _probabilities(of_digits, temperature)
    least = float(np.quantile(probabilities, share))
    return Detector(network, temperature, least, float((probabilities < least).mean()))


def _probabilities(evidence: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-evidence.astype(np.float64) / temperature))


def save_detector(path: str | Path, detector: Detector) -> None:
    """Write it as a checkpoint whose card bears the limit.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    metrics = {name: getattr(detector, name) for name in _FITTED}
    card = ModelCard(config=detector.network.config, metrics=metrics, versions=versions())
    save_checkpoint(path, detector.network, card)


def load_detector(path: str | Path = SHIPPED) -> Detector:
    """Read back what `save_detector` wrote.

    Raises:
        CheckpointError: the file is missing, damaged or another network's.
    """
    network, card = load_checkpoint(path)
    try:
        return Detector(network, *(card.metrics[name] for name in _FITTED))
    except KeyError as error:
        raise CheckpointError(
            f"{Path(path).name} reads digits, but was never taught what is none: make it anew with "
            "python -m mnist_core strangers"
        ) from error
