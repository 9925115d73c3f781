"""When a network should say "this does not look like a digit", instead of answering whatever it is shown.

A network has ten answers and no eleventh: shown a scribble it names a digit, often with confidence. Three measures of
an image tell many scribbles from digits, each with a limit that only a known share of real digits lies beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.calibration import fit_temperature
from mnist_core.data import Mnist, split

if TYPE_CHECKING:
    from mnist_core.model import DigitNet

FALSE_REFUSALS = 0.01
"""Share of real digits that the three limits together may refuse."""
FEWEST = 1_000
"""Validation images; fewer would place such a limit by two or three of them."""
REAL_DIGITS = 2_000
"""Enough to place a limit that one digit in three hundred exceeds, and read in half a second."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond which an image is refused, measured on `count` digits that the network had not learned from."""

    temperature: float
    """That makes the network's confidence honest (Guo et al., On Calibration of Modern Neural Networks, 2017)."""
    least_confidence: float
    """Of the highest probability at that temperature."""
    least_evidence: float
    """T log(sum(exp(logits / T))), the negative energy: Liu et al., Energy-based Out-of-distribution
    Detection, 2020."""
    most_ink: float
    """Ink of an image, in pixels."""
    refused: int
    """How many of the digits these limits refuse."""
    count: int

    @property
    def false_refusals(self) -> float:
        """Share of real digits that is refused, 0 to 1."""
        return self.refused / self.count

    def reason(self, logits: NDArray[np.float32], image: NDArray[np.float32]) -> str | None:
        """Say why `image`, (28, 28) in [0, 1], with these logits, (10,), is refused; None where it is not."""
        if _ink(image[None])[0] > self.most_ink:
            return (
                f"It has {_ink(image[None])[0]:.0f} pixels of ink, and hardly any digit has more than "
                f"{self.most_ink:.0f}. Draw one digit, with single lines"
            )
        if _confidence(logits[None], self.temperature)[0] < self.least_confidence:
            first, second = np.argsort(-logits)[:2]
            return f"The network wavers between {first} and {second}. Draw it again, more clearly"
        if _evidence(logits[None], self.temperature)[0] < self.least_evidence:
            return (
                "The network finds too little in it that speaks for any of the ten digits. Draw it again, more clearly"
            )
        return None


def limits_of(model: DigitNet, data: Mnist) -> Limits:
    """Measure a network's limits on its validation images; if it kept too few back, on images it has learned from."""
    from mnist_core.evaluate import predict_logits

    learned, kept_back = split(model.config)
    chosen = (kept_back if len(kept_back) >= FEWEST else learned)[:REAL_DIGITS]
    images, labels = data.train_images[chosen], data.train_labels[chosen]
    return measure_limits(predict_logits(model, images).numpy(), images, labels)


def measure_limits(
    logits: NDArray[np.float32], images: NDArray[np.uint8], labels: NDArray[np.uint8], share: float = FALSE_REFUSALS
) -> Limits:
    """Fit the limits to real digits.

    Args:
        logits: (N, 10), the network's, of images that it has not learned from.
        images: (N, 28, 28), grey values.
        labels: (N,), the true digits.
        share: of these digits, that may be refused; a third of it by each measure.
    """
    temperature = fit_temperature(logits, labels)
    confidence, evidence = _confidence(logits, temperature), _evidence(logits, temperature)
    ink = _ink(images / np.float32(255))
    least_confidence = float(np.quantile(confidence, share / 3))
    least_evidence = float(np.quantile(evidence, share / 3))
    most_ink = float(np.quantile(ink, 1 - share / 3))
    refused = (confidence < least_confidence) | (evidence < least_evidence) | (ink > most_ink)
    return Limits(temperature, least_confidence, least_evidence, most_ink, int(refused.sum()), len(labels))


def _confidence(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """(N,) from (N, 10): exp(highest / T) over the sum of all ten."""
    return np.exp(logits.max(1) / temperature - _evidence(logits, temperature) / temperature)


def _evidence(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """(N,) from (N, 10)."""
    scaled = logits.astype(np.float64) / temperature
    highest = scaled.max(1)
    return temperature * (highest + np.log(np.exp(scaled - highest[:, None]).sum(1)))


def _ink(images: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N,) sums of the grey values of (N, 28, 28), white counted as 1."""
    return images.sum((1, 2), dtype=np.float64)
