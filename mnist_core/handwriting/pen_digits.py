"""Measures how well a network reads what people draw: pen digits pass through the code that reads the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.segmentation import digits_of_strokes
from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import CollectionError, DrawingError
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.formatting import with_article
from mnist_core.handwriting.unipen import PenDigit, as_canvas
from mnist_core.model.inference import predict_logits
from mnist_core.rejection.detector import Detector
from mnist_core.storage.png import to_grey

BRUSH = 20.0
"""Canvas pixels, as on the Draw page at first; the images are the same with any other."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a network read a collection of drawings."""

    count: int
    refused: int
    """Drawings in which no digit was found; they count as read wrong."""
    split: int
    """Drawings that were taken for several digits side by side; they count as read wrong."""
    doubted: int
    """Drawings that were read, but that the Draw page says do not look like a digit."""
    doubted_right: int
    """Drawings among the doubted ones that were read right."""
    confusion: NDArray[np.int64]
    """(10, 10): how often each true digit (row) was read as each digit (column)."""

    @property
    def accuracy(self) -> Accuracy:
        """Drawings read right, of all."""
        return Accuracy(int(np.trace(self.confusion)), self.count)

    def confusions(self) -> list[tuple[int, int, int]]:
        """Return the ten most frequent mistakes: (true digit, digit read, how often)."""
        wrong = [(t, p, int(n)) for (t, p), n in np.ndenumerate(self.confusion) if t != p and n]
        return sorted(wrong, key=lambda entry: -entry[2])[:10]


def choose_drawings(
    digits: Sequence[PenDigit], per_digit: int, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return `per_digit` drawings of each digit, chosen by `seed`, as images (N, 28, 28) and labels (N,).

    Raises:
        CollectionError: there are fewer of a digit.
    """
    images, labels = [], []
    for label in range(10):
        mine = [digit for digit in digits if digit.label == label]
        if len(mine) < per_digit:
            raise CollectionError(
                f"expected at least {per_digit} drawings of {with_article(label)}, there are {len(mine)}"
            )
        for i in np.random.default_rng([seed, label]).choice(len(mine), per_digit, replace=False):
            images.append(to_grey(from_strokes(as_canvas(mine[i], BRUSH))))
            labels.append(label)
    return np.stack(images), np.array(labels, np.uint8)


def read_drawings(model: nn.Module, digits: Sequence[PenDigit], brush: float, detector: Detector) -> Reading:
    """Read every digit as the Draw page reads it, drawn with a brush of `brush` canvas pixels; return the counts.

    Raises:
        ValueError: there are no digits.
    """
    return read_boards(model, [(digit.label, as_canvas(digit, brush)) for digit in digits], detector)


def read_boards(model: nn.Module, boards: Sequence[tuple[int, list[Stroke]]], detector: Detector) -> Reading:
    """Read boards with one digit each, its label and its strokes, as the Draw page reads them; return the counts.

    Raises:
        ValueError: there are no boards.
    """
    if not boards:
        raise ValueError("expected at least one digit to read, received none")
    images, labels, refused, split = [], [], 0, 0
    for label, strokes in boards:
        try:
            found = digits_of_strokes(strokes, detector.judge)
        except DrawingError:
            refused += 1
            continue
        if len(found) > 1:
            split += 1
            continue
        images.append(found[0][1])
        labels.append(label)
    confusion, doubted, doubted_right = np.zeros((10, 10), np.int64), 0, 0
    if images:
        # The same 256 steps of grey as MNIST's own images have.
        grey = to_grey(np.stack(images))
        truth, read = np.array(labels), predict_logits(model, grey).numpy().argmax(1)
        np.add.at(confusion, (truth, read), 1)
        doubts = detector.refuses(grey)
        doubted, doubted_right = int(doubts.sum()), int((doubts & (read == truth)).sum())
    return Reading(len(boards), refused, split, doubted, doubted_right, confusion)
