"""Robustness: how many test images a network still reads right once they are changed. No torch at import."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.architecture import Architecture, multiply_adds
from mnist_core.data.corruptions import CORRUPTIONS, Corruption
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.predictions import Outputs, read_in_chunks
from mnist_core.storage.png import to_brightness, to_grey

if TYPE_CHECKING:
    from torch import nn

SAMPLE = 2000
"""Images a point; the 95 % interval is then about one percentage point either way where 95 % are read right."""
_SEED = 0
"""Chooses the images, and what is random in their changes."""
POINTS = sum(len(corruption.amounts) for corruption in CORRUPTIONS.values())


@dataclass(frozen=True, slots=True)
class Point:
    """How many images are read right with one corruption at one amount."""

    corruption: str
    amount: float
    accuracy: Accuracy


def sample(labels: NDArray[np.uint8], count: int = SAMPLE) -> NDArray[np.int64]:
    """Return the indices of `count` images, equally many of every digit, in ascending order.

    Raises:
        ValueError: `count` is not a positive multiple of ten, or a digit has too few images.
    """
    each, rest = divmod(count, 10)
    fewest = min(int((labels == digit).sum()) for digit in range(10))
    if rest or not 0 < each <= fewest:
        raise ValueError(f"expected a multiple of ten from 10 to {10 * fewest}, received {count}")
    random = np.random.default_rng(_SEED)
    chosen = [random.choice(np.flatnonzero(labels == digit), each, replace=False) for digit in range(10)]
    return np.sort(np.concatenate(chosen))


@dataclass(frozen=True, slots=True)
class Robustness:
    """What is known of a network's robustness so far."""

    points: tuple[Point, ...] = ()
    share: float = 0.0
    """Of all images of all points, the share that has been read."""


def robustness(
    model: nn.Module,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    threads: Callable[[], int] = lambda: 1,
) -> Generator[Robustness, None, None]:
    """Measure `model` on images (N, 28, 28) uint8 with labels (N,), with every corruption at each of its amounts.

    First every corruption at its first amount, then every one at its second, until each was measured at all of its
    amounts: all curves grow together. Changed images are rounded to 256 grey values, as a file or a camera would hold
    them.

    Args:
        model: the network.
        images: what is changed.
        labels: what the images show.
        threads: asked anew before each step: so many chunks of images are read at the same time.

    Yields:
        Robustness: what is known after each chunk of images.
    """
    clean = to_brightness(images)
    points: list[Point] = []

    def correct(changed: NDArray[np.float32]) -> Generator[Robustness, None, int]:
        right, start = 0, 0
        for logits in read_in_chunks(model, to_grey(changed), threads):
            right += int(Outputs(logits).correct(labels[start : start + len(logits)]).sum())
            start += len(logits)
            yield Robustness(tuple(points), (len(points) + start / len(labels)) / POINTS)
        return right

    untouched = yield from correct(clean)
    for position in range(max(len(corruption.amounts) for corruption in CORRUPTIONS.values())):
        for name, corruption in CORRUPTIONS.items():
            if position >= len(corruption.amounts):
                continue
            amount, right = corruption.amounts[position], untouched
            if amount:
                right = yield from correct(corruption.apply(clean, amount, np.random.default_rng(_SEED)))
            points.append(Point(name, amount, Accuracy(right, len(labels))))
            yield Robustness(tuple(points), len(points) / POINTS)


def robustness_work(architecture: Architecture) -> float:
    """Return the multiply-adds of measuring the robustness of a network on the usual sample."""
    return float(POINTS * SAMPLE * multiply_adds(architecture))


def curve(points: Iterable[Point], corruption: str) -> list[Point]:
    """Return the points of one corruption by their amounts."""
    return sorted((point for point in points if point.corruption == corruption), key=lambda point: point.amount)


def describe_amounts(points: Iterable[Point], corruption: Corruption) -> str:
    """Return at which amounts of one corruption there are points, as part of a sentence: "0°, 10° and 20°"."""
    *most, last = [corruption.describe(point.amount) for point in curve(points, corruption.name)] or ["no amount"]
    return f"{', '.join(most)} and {last}" if most else last


def mean_accuracy(points: Iterable[Point]) -> float | None:
    """Return the mean over the changed images' points (amount not 0), as ImageNet-C averages; None without any."""
    accuracies = [point.accuracy.share for point in points if point.amount]
    return float(np.mean(accuracies)) if accuracies else None


def falls_below(points: Iterable[Point], corruption: str, share: float) -> Point | None:
    """Return the point of `corruption` with the smallest change at which less than `share` is read right."""
    below = (point for point in points if point.corruption == corruption and point.accuracy.share < share)
    return min(below, key=lambda point: abs(point.amount), default=None)
