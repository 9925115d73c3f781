"""Compares two or more runs: the settings in which they differ, and their curves. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from mnist_core.config import TrainConfig
from mnist_core.history import History
from mnist_core.model.training_data import TrainingData

Metric = Literal["validation accuracy", "validation loss", "training loss"]
Axis = Literal["epochs", "steps", "seconds"]


def settings(config: TrainConfig, trained_on: TrainingData) -> dict[str, Any]:
    """Return a network's settings by name, as a table shows them.

    A fine-tuned network's numbers of images are not of MNIST alone: they are replaced by words that say so.

    Args:
        config: the network's configuration.
        trained_on: what it was trained on.
    """
    values = config.to_dict()
    tuned = trained_on.last_fine_tuning
    if tuned is None:
        return {"start": "random weights"} | values
    start = {"start": tuned.start, "learned_before": trained_on.without_last().describe()}
    return start | values | {"train_size": tuned.describe_training(), "validation_size": tuned.describe_validation()}


def differing(networks: Sequence[tuple[TrainConfig, TrainingData]]) -> dict[str, list[Any]]:
    """Return the settings in which networks differ, with the value of each; "" where one has no such setting.

    Args:
        networks: of each its configuration, and what it was trained on.
    """
    rows = [settings(config, trained_on) for config, trained_on in networks]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name, "") for row in rows] for name in names}
    return {name: column for name, column in columns.items() if any(value != column[0] for value in column)}


def validated_alike(trained_on: Sequence[TrainingData]) -> bool:
    """Return whether the validation curves of networks are of images of one kind: all MNIST's, or all drawings.

    Args:
        trained_on: what each network was trained on.
    """
    return len({data.last_fine_tuning is None for data in trained_on}) <= 1


def curve(history: History, metric: Metric, axis: Axis) -> list[tuple[float, float]]:
    """Return a run's curve as points (x, y): accuracy in per cent or loss in nats, over epochs, steps or seconds."""
    reports = history.steps if metric == "training loss" else history.validations
    x = {"epochs": "epoch", "steps": "step", "seconds": "seconds"}[axis]
    if metric == "validation accuracy":
        return [(getattr(report, x), 100 * report.accuracy) for report in reports]
    return [(getattr(report, x), report.loss) for report in reports]
