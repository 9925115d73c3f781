"""How a network reads drawings, by habit and by device, and how drawings are taken apart into digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from torch import nn

from mnist_core.drawing.hand import by_hand
from mnist_core.drawing.segmentation import digits_of_strokes, split_strokes
from mnist_core.drawing.strokes import Stroke
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.habits.catalogue import HABITS
from mnist_core.habits.devices import DEVICES, trace
from mnist_core.handwriting.numbers import Number, compose_numbers
from mnist_core.handwriting.pen_digits import BRUSH, Reading, read_boards
from mnist_core.handwriting.unipen import TABLET, PenDigit, as_canvas
from mnist_core.model.inference import predict_logits
from mnist_core.rejection.detector import Detector
from mnist_core.storage.png import to_grey

LENGTHS = range(2, 7)
"""Digits of the numbers that are composed."""
DOT = 8.0
"""Canvas pixels; a stroke smaller than this may belong to any digit or to none."""


@dataclass(frozen=True, slots=True)
class NumberReading:
    """How numbers of one length were taken apart and read."""

    length: int
    parted: Accuracy
    """Numbers in which every digit has exactly its own strokes."""
    read: Accuracy
    """Numbers that were read right, whole."""


def read_habits(model: nn.Module, detector: Detector, each: int, seed: int) -> Iterator[tuple[str, Reading]]:
    """Yield the name of each habit and how `each` drawings of it are read; `seed` chooses the drawings."""
    for place, habit in enumerate(HABITS):
        random = np.random.default_rng([seed, place])
        boards = [(habit.digit, by_hand(habit.lines(random), random)) for _ in range(each)]
        yield habit.name, read_boards(model, boards, detector)


def read_devices(
    model: nn.Module, digits: Sequence[PenDigit], detector: Detector, seed: int
) -> Iterator[tuple[str, Reading]]:
    """Yield the name of each device and how these digits of the tablet are read when they are drawn on it again."""
    for place, (name, device) in enumerate(DEVICES.items()):
        random = np.random.default_rng([seed, place])
        boards: list[tuple[int, list[Stroke]]] = []
        for digit in digits:
            lines = [points / TABLET for points in digit.lines()]
            boards.append((digit.label, trace(lines, device, random)))
        yield name, read_boards(model, boards, detector)


def keep_together(digits: Sequence[PenDigit], detector: Detector) -> list[tuple[int, Accuracy]]:
    """Return, for each number of strokes from two on, how many of the digits drawn so stay in one piece."""
    counted = sorted((digit for digit in digits if len(digit.strokes) > 1), key=lambda digit: len(digit.strokes))
    found = []
    for count, group in groupby(counted, key=lambda digit: len(digit.strokes)):
        whole = [len(split_strokes(as_canvas(digit, BRUSH), detector.judge)) == 1 for digit in group]
        found.append((count, Accuracy(sum(whole), len(whole))))
    return found


def read_numbers(
    model: nn.Module, digits: Sequence[PenDigit], detector: Detector, each: int, seed: int
) -> Iterator[NumberReading]:
    """Yield, for each length, how `each` numbers composed of these digits are taken apart and read."""
    for length in LENGTHS:
        random = np.random.default_rng([seed, length])
        parted = read = 0
        for number in compose_numbers(digits, length, each, random):
            found = digits_of_strokes(number.strokes, detector.judge)
            parted += [_points(strokes) for strokes, _ in found] == _true_points(number)
            said = predict_logits(model, to_grey(np.stack([image for _, image in found]))).argmax(1).tolist()
            read += tuple(said) == number.labels
        yield NumberReading(length, Accuracy(parted, each), Accuracy(read, each))


def _true_points(number: Number) -> list[set[bytes]]:
    pairs = list(zip(number.strokes, number.owner, strict=True))
    return [_points([stroke for stroke, owner in pairs if owner == place]) for place in range(len(number.labels))]


def _points(strokes: Sequence[Stroke]) -> set[bytes]:
    """Return the strokes as what can be compared, without dots: those are left out as stray ones."""
    return {stroke.points.tobytes() for stroke in strokes if np.ptp(stroke.points, axis=0).max() > DOT}
