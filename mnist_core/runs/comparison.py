"""Two or more runs side by side: which settings differ, and their curves. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from mnist_core.config import TrainConfig
from mnist_core.history import History

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
