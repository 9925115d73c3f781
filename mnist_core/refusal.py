"""When to say "this does not look like a digit", instead of answering whatever is drawn.

A network that reads digits has ten answers and no eleventh: shown a heart it names a digit, often with confidence. So
a second, small network is asked first. It has learned from other drawings, too (`strangers`), and judges the drawing,
not the network in hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from mnist_core.card import ModelCard, versions
from mnist_core.checkpoint import load_checkpoint, save_checkpoint
from mnist_core.errors import CheckpointError
from mnist_core.evaluate import predict_logits
from mnist_core.model import DigitNet

SHIPPED = Path(__file__).resolve().parent.parent / "checkpoints" / "strangers.safetensors"
FALSE_REFUSALS = 0.0075
"""Share of real digits that may be refused."""
REASON = "Its lines are not those of a digit. Draw one digit from 0 to 9, and nothing beside it"


@dataclass(frozen=True, slots=True)
class Detector:
    """A network that tells digits from strangers, and how sure it has to be."""

    network: DigitNet
    least_evidence: float
    """Log-odds of a digit below which an image is refused."""
    false_refusals: float
    """Share, 0 to 1, of digits that it had not learned from which are refused so."""

    def refuses(self, images: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return which of these images, (N, 28, 28), do not look like a digit: (N,)."""
        return evidence(self.network, images) < self.least_evidence

    def reason(self, image: NDArray[np.float32]) -> str | None:
        """Say why `image`, (28, 28) in [0, 1], is refused; None where it is not."""
        return REASON if self.refuses(np.round(image[None] * 255).astype(np.uint8))[0] else None


def evidence(network: DigitNet, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the log-odds, (N,), that images (N, 28, 28) are a digit: log(sum(exp(logits))), as it was trained.

    The negative energy of Liu et al., Energy-based Out-of-distribution Detection, NeurIPS 2020.
    """
    return torch.logsumexp(predict_logits(network, images), dim=1).numpy()


def place_limit(network: DigitNet, digits: NDArray[np.uint8], share: float = FALSE_REFUSALS) -> Detector:
    """Let `share` of these digits, (N, 28, 28), that the network has not learned from, be refused."""
    found = evidence(network, digits)
    least = float(np.quantile(found, share))
    return Detector(network, least, float((found < least).mean()))


def save_detector(path: Path, detector: Detector) -> None:
    """Write it as a checkpoint whose card bears the limit.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    metrics = {"least_evidence": detector.least_evidence, "false_refusals": detector.false_refusals}
    card = ModelCard(config=detector.network.config, metrics=metrics, versions=versions())
    save_checkpoint(path, detector.network, card)


def load_detector(path: Path = SHIPPED) -> Detector:
    """Read back what `save_detector` wrote.

    Raises:
        CheckpointError: the file is missing, damaged or another network's.
    """
    network, card = load_checkpoint(path)
    try:
        return Detector(network, card.metrics["least_evidence"], card.metrics["false_refusals"])
    except KeyError as error:
        raise CheckpointError(
            f"{path.name} reads digits, but was never taught what is none: make it anew with "
            "python -m mnist_core strangers"
        ) from error
