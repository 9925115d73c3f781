"""Report: all that was measured of one network, as plain numbers. No torch.

`report_html.to_html` makes a page of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from mnist_core.architecture import parameter_count
from mnist_core.data.mnist import Mnist
from mnist_core.errors import ReportError
from mnist_core.evaluation.calibration import Reliability, expected_calibration_error, reliability
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.measurement import Measurement, Temperature
from mnist_core.evaluation.metrics import DigitScore, accuracy, confusion_matrix, mistakes
from mnist_core.evaluation.robustness import POINTS, Point
from mnist_core.model.card import ModelCard, versions
from mnist_core.model.softmax import softmax

FORMAT = "digit-lab-report-1"
MISTAKES = 24
"""How many of the misread images are in it, the surest first."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A test image that was misread."""

    index: int
    """Its place among the test images, from 0."""
    true: int
    read: int
    confidence: float
    """The probability of the digit that was read."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The images of which the network was about equally sure; both means are None where there are none."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sure the network is against how often it is right, before and after temperature scaling."""

    temperature: Temperature
    error_before: float
    """Expected calibration error on the test images, 0 to 1."""
    error_after: float
    before: list[Bin]
    after: list[Bin]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What is known of one network."""

    name: str
    fingerprint: str
    """SHA-256 of its file."""
    created: str
    """When it was measured, ISO 8601."""
    card: ModelCard
    versions: dict[str, str]
    """Those that it was measured with; the card has those that it was trained with."""
    parameters: int
    test: Accuracy
    test_loss: float
    """Mean cross-entropy, in nats."""
    training: Accuracy
    """On at most 10,000 of the images of MNIST that it learned from."""
    confusion: list[list[int]]
    """Row i, column j: how many test images of an i were read as a j."""
    digits: list[DigitScore]
    mistakes: list[Mistake]
    calibration: Calibration
    robustness: list[Point]

    def to_json(self) -> str:
        """Return it as JSON; shares are 0 to 1, and each accuracy has its 95 % interval (Wilson)."""
        written: dict[str, Any] = asdict(self)
        written |= {
            "epochs": written.pop("card")["epochs"],
            "test": _measured(self.test),
            "training": _measured(self.training),
            "robustness": [
                {"corruption": point.corruption, "amount": point.amount} | _measured(point.accuracy)
                for point in self.robustness
            ],
            "config": self.card.config.to_dict(),
            "training_data": self.card.trained_on.to_dict(),
            "trained_with": self.card.versions,
            "measured_with": written.pop("versions"),
        }
        return json.dumps({"format": FORMAT} | written, indent=2, allow_nan=False)


def report(
    name: str, fingerprint: str, card: ModelCard, data: Mnist, measured: Measurement, points: Sequence[Point]
) -> Report:
    """Sum a network up.

    Args:
        name: what it is called.
        fingerprint: the SHA-256 of its file.
        card: says how it was made.
        data: MNIST.
        measured: its whole measurement on `data`.
        points: its robustness, every point of it.

    Raises:
        ReportError: something of it was not measured; the message says why.
    """
    test, training, temperature, digits = measured.test, measured.training, measured.temperature, measured.scores
    if test is None or training is None or temperature is None or digits is None:
        raise ReportError(f"the network {name} is still being measured: wait for it")
    if len(points) != POINTS:
        raise ReportError(f"expected {POINTS} points of robustness, received {len(points)}: measure all of them")
    labels = data.test_labels
    correct = test.correct(labels)
    scaled = softmax(test.logits, temperature.value).max(1)
    return Report(
        name=name,
        fingerprint=fingerprint,
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        card=card,
        versions=versions(),
        parameters=parameter_count(card.config),
        test=accuracy(test, labels),
        test_loss=test.loss(labels),
        training=training,
        confusion=confusion_matrix(labels, test.predicted).tolist(),
        digits=digits,
        mistakes=[
            Mistake(int(i), int(labels[i]), int(test.predicted[i]), float(test.confidence[i]))
            for i in mistakes(test, labels)[:MISTAKES]
        ],
        calibration=Calibration(
            temperature,
            expected_calibration_error(test.confidence, correct),
            expected_calibration_error(scaled, correct),
            _bins(reliability(test.confidence, correct)),
            _bins(reliability(scaled, correct)),
        ),
        robustness=list(points),
    )


def _bins(table: Reliability) -> list[Bin]:
    return [
        Bin(float(low), float(high), int(count), float(sure) if count else None, float(right) if count else None)
        for low, high, count, sure, right in zip(
            table.edges[:-1], table.edges[1:], table.counts, table.confidence, table.accuracy, strict=True
        )
    ]


def _measured(found: Accuracy) -> dict[str, Any]:
    low, high = found.interval
    return {
        "correct": found.correct,
        "count": found.count,
        "accuracy": found.share,
        "interval": [low, high],
    }
