"""Leslie Smith's range test: the learning rate grows from step to step; where the loss falls fastest is a good one.

Smith, Cyclical Learning Rates for Training Neural Networks, 2017, section 3.3; the suggestion where the smoothed curve
is steepest is Howard's and Gugger's (fastai, 2020).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import Mnist, split
from mnist_core.training.step import TrainedNetwork
from mnist_core.training.totals import RunningTotals

LOWEST, HIGHEST = 1e-6, 10.0
_STEPS, _IMAGES, _MOST_STEPS = 140, 140 * 64, 1_000
"""Twenty steps a decade; more when the batches are small, so that the test sees as many images as with 64 a batch."""
_MEMORY = 1 / 14
"""The smoothed loss is a mean over about this share of the test, half a decade."""
_DIVERGED = 4.0
"""The test ends when the loss is so many times the lowest."""


@dataclass(frozen=True, slots=True)
class RatePoint:
    """One step of the test."""

    learning_rate: float
    loss: float
    """Smoothed over the steps so far."""


def steps(config: TrainConfig) -> int:
    """Return how many steps the test of `config` takes, if the loss does not explode before."""
    return max(_STEPS, min(_MOST_STEPS, _IMAGES // config.batch_size))


def find_rate(config: TrainConfig, data: Mnist) -> Iterator[RatePoint]:
    """Train a fresh network of `config` step by step, each at a higher rate, and yield each step's loss.

    Ends early where the loss explodes. Equal configurations give equal points. Dropout is left out: its noise hides
    the slope that is looked for, and the random numbers it needs are the whole process's.
    """
    config = config.replace(dropout=0.0, weight_averaging=0.0)
    train, _ = split(config)
    random = torch.Generator().manual_seed(config.shuffle_seed)
    network, totals = TrainedNetwork(config, torch.device("cpu")), RunningTotals()
    keep = 1 - 1 / (_MEMORY * steps(config))
    smoothed, weight, lowest = 0.0, 0.0, math.inf
    for number, rate in enumerate(np.geomspace(LOWEST, HIGHEST, steps(config)).tolist(), 1):
        rows = train[torch.randint(len(train), (config.batch_size,), generator=random).numpy()]
        labels = torch.from_numpy(data.train_labels[rows]).long()
        network.step(torch.from_numpy(data.train_images[rows]), labels, number, rate, random, totals)
        total = totals.take()
        smoothed = keep * smoothed + (1 - keep) * total.loss / total.count
        weight = keep * weight + (1 - keep)
        if not math.isfinite(smoothed) or smoothed / weight > _DIVERGED * lowest:
            return
        lowest = min(lowest, smoothed / weight)
        yield RatePoint(rate, smoothed / weight)


def suggest(points: Sequence[RatePoint]) -> float | None:
    """Return the rate at which the loss falls fastest, rounded to 1, 2 or 5 times a power of ten.

    None where the loss never falls by a twentieth: then there is nothing to suggest.
    """
    losses = np.array([point.loss for point in points])
    # The first steps' mean is of few batches, and what comes after the lowest loss is already too fast.
    first = len(points) // 10
    last = int(losses.argmin()) + 1 if len(points) else 0
    if last - first < 3 or losses[last - 1] > 0.95 * losses[first]:
        return None
    slope = np.gradient(losses[first:last], np.log([point.learning_rate for point in points[first:last]]))
    steepest = points[first + int(slope.argmin())].learning_rate
    grid = [mantissa * 10.0**exponent for exponent in range(-7, 2) for mantissa in (1, 2, 5)]
    return float(f"{min(grid, key=lambda rate: abs(math.log(rate / steepest))):.0e}")
