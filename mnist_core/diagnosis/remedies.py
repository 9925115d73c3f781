"""Remedies: one change of the configuration to try for each fault of a training. No torch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mnist_core.config import LARGEST_RATE, MOST_EPOCHS, MOST_SECONDS, SMALLEST_RATE, TRAINING_IMAGES, TrainConfig
from mnist_core.errors import ConfigError

USUAL_RATE = {"sgd": 0.1, "momentum": 0.01, "adam": 1e-3, "adamw": 1e-3, "rmsprop": 1e-3}
"""Learning rates with which the default network read 96 % and more of the validation images right, after two passes
over 20,000 images."""


def lower_rate(config: TrainConfig, factor: float = 1.0) -> float:
    """Return a lower learning rate than the one in use.

    Where the change by hand alone made the rate high, it is the configuration's own. Else it is the optimizer's usual
    rate, or a tenth of the rate in use where that is no higher than the usual one.

    Args:
        config: the run's configuration.
        factor: what somebody multiplied the learning rate by; 1: nobody changed it.
    """
    usual = USUAL_RATE[config.optimizer]
    if factor > 1 and config.learning_rate <= 2 * usual:
        return config.learning_rate
    rate = config.learning_rate * factor
    return usual if rate > usual else max(SMALLEST_RATE, _rounded(rate / 10))


def raise_rate(config: TrainConfig, factor: float = 1.0) -> float:
    """Return a higher learning rate than the one in use.

    Where the change by hand alone made the rate low, it is the configuration's own. Else it is the optimizer's usual
    rate, or ten times the rate in use where that is no lower than the usual one.

    Args:
        config: the run's configuration.
        factor: what somebody multiplied the learning rate by; 1: nobody changed it.
    """
    usual = USUAL_RATE[config.optimizer]
    if factor < 1 and config.learning_rate >= usual / 2:
        return config.learning_rate
    rate = config.learning_rate * factor
    return usual if rate < usual else min(LARGEST_RATE, _rounded(rate * 10))


def more_epochs(config: TrainConfig) -> dict[str, Any]:
    """Return a change to twice the epochs; an empty one where there are as many as can be."""
    epochs = min(MOST_EPOCHS, 2 * config.epochs)
    return {"epochs": epochs} if epochs > config.epochs else {}


def more_seconds(config: TrainConfig) -> dict[str, Any]:
    """Return a change to twice the limit in seconds of training; to none where that would be too long for a limit."""
    return {"max_seconds": 2 * config.max_seconds if 2 * config.max_seconds <= MOST_SECONDS else 0}


def against_bias(config: TrainConfig) -> tuple[dict[str, Any], str]:
    """Return a change with which the network can learn more, and the reason for it.

    What keeps the network from learning goes first; else the network becomes larger. A change that cannot be trained,
    such as a network whose batches take more memory than they may, is passed over.
    """
    for change, reason in _against_bias(config):
        if _possible(config, change):
            return change, reason
    return more_epochs(config), "The network is as large as it gets; give it more time"


def _against_bias(config: TrainConfig) -> Iterator[tuple[dict[str, Any], str]]:
    if config.weight_decay >= 0.05 and config.optimizer != "adamw":
        yield {"weight_decay": 0.0}, "Weight decay pulls the weights back to zero as fast as they grow"
    if config.dropout >= 0.5:
        yield {"dropout": 0.2}, "With so many units switched off, too little gets through"
    if config.activation == "sigmoid":
        yield {"activation": "relu"}, "A sigmoid passes a quarter of each gradient at most, layer by layer"
    if not config.filters:
        yield {"filters": (16, 32), "kernel_sizes": (5, 3)}, "A network without convolutions sees no shapes"
    for factor in (4, 2):
        more = tuple(min(256, factor * f) for f in config.filters)
        if more != config.filters:
            yield {"filters": more}, "A larger network can tell more shapes apart"


def against_variance(config: TrainConfig) -> tuple[dict[str, Any], str]:
    """Return a change that makes it harder to learn the images by heart, and the reason for it.

    A change that cannot be trained is passed over: dropout needs memory too. The change is empty where everything of
    the kind is switched on already.
    """
    for change, reason in _against_variance(config):
        if _possible(config, change):
            return change, reason
    return {}, "Nearly everything against it is switched on already: a smaller network is left to try"


def _against_variance(config: TrainConfig) -> Iterator[tuple[dict[str, Any], str]]:
    available = TRAINING_IMAGES - config.validation_size
    if 2 * config.train_size <= available:
        yield {"train_size": min(available, 10 * config.train_size)}, "More images are harder to learn by heart"
    if not config.augmented:
        yield {"shift": 2.0, "rotation": 10.0}, "Images that are moved and turned anew each time cannot be memorised"
    if config.dropout < 0.3 and (config.filters or config.dense):
        yield {"dropout": 0.3}, "Units that are switched off at random cannot rely on each other"
    if config.weight_decay < 0.01:
        yield {"weight_decay": 0.01}, "Small weights bend less around single images"


def more_varied_images(config: TrainConfig) -> tuple[dict[str, Any], str]:
    """Return a change to images that vary more, for a network that reads MNIST well, and the reason for it.

    The change is empty where the images are augmented already.
    """
    if not config.augmented:
        change = {"shift": 1.5, "rotation": 10.0, "scaling": 0.1}
        return change, "Now draw digits for it; if it fails there, let it learn from images that vary more"
    return {}, "Take it in hand and draw digits for it"


def with_validation_images(config: TrainConfig) -> dict[str, Any]:
    """Return a change that keeps 5,000 images back to measure on."""
    return {"validation_size": 5_000, "train_size": min(config.train_size, TRAINING_IMAGES - 5_000)}


_NAMES = {
    "train_size": "training images",
    "validation_size": "validation images",
    "kernel_sizes": "kernels",
    "scaling": "change of size",
    "max_seconds": "longest training in seconds",
}


def describe_change(config: TrainConfig, change: dict[str, Any]) -> str:
    """Return a change in words: each field with its value before and after."""
    parts = []
    for name, after in change.items():
        before = getattr(config, name)
        if before != after:
            parts.append(
                f"{_NAMES.get(name, name.replace('_', ' '))} {_describe_value(before)} → {_describe_value(after)}"
            )
    return "; ".join(parts)


def _describe_value(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)


def _rounded(rate: float) -> float:
    return float(f"{rate:.2g}")


def _possible(config: TrainConfig, change: dict[str, Any]) -> bool:
    try:
        config.replace(**change)
    except ConfigError:
        return False
    return True
