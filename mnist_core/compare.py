"""Two or more runs side by side: which settings differ, their curves, and whether one is really better. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.history import History
from mnist_core.intervals import mcnemar

Metric = Literal["validation accuracy", "validation loss", "training loss"]
Axis = Literal["epochs", "steps", "seconds"]


def differing(configs: Sequence[TrainConfig]) -> dict[str, list[Any]]:
    """Return the settings in which the configurations are not all equal, with the value of each configuration."""
    settings = [config.to_dict() for config in configs]
    columns = {name: [values[name] for values in settings] for name in settings[0]}
    return {name: column for name, column in columns.items() if any(value != column[0] for value in column)}


def curve(history: History, metric: Metric, axis: Axis) -> list[tuple[float, float]]:
    """Return a run's curve as points (x, y): accuracy in per cent, loss in nats, over epochs, steps or seconds."""
    reports = history.steps if metric == "training loss" else history.validations
    x = {"epochs": "epoch", "steps": "step", "seconds": "seconds"}[axis]
    if metric == "validation accuracy":
        return [(getattr(report, x), 100 * report.accuracy) for report in reports]
    return [(getattr(report, x), report.loss) for report in reports]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two models on the same images: on how many exactly one of them is right, and how likely that is by chance."""

    only_first: int
    """Images that only the first model reads right."""
    only_second: int
    p: float
    """Probability of so uneven a split, or a more uneven one, if both were equally good."""

    @property
    def decided(self) -> bool:
        """Whether chance is an unlikely explanation: p below 0.05."""
        return self.p < 0.05


def pair(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Pairing:
    """Compare two models by whether each reads each of the same images right, both (N,).

    Raises:
        ValueError: the two were not measured on equally many images.
    """
    if first.shape != second.shape:
        raise ValueError(f"expected equally many images, received {first.shape} and {second.shape}")
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    return Pairing(only_first, only_second, mcnemar(only_first, only_second))
