"""One change to try for each thing that goes wrong in a training, as fields of its configuration. No torch."""

from __future__ import annotations

from typing import Any

from mnist_core.config import MOST_EPOCHS, TRAINING_IMAGES, TrainConfig
from mnist_core.errors import ConfigError

USUAL_RATE = {"sgd": 0.1, "momentum": 0.01, "adam": 1e-3, "adamw": 1e-3, "rmsprop": 1e-3}
"""Learning rates with which the default network read 96 % and more after two passes over 20,000 images."""

_SMALLEST_RATE, _LARGEST_RATE = 1e-6, 10.0


def lower_rate(config: TrainConfig, factor: float = 1.0) -> float:
    """Return a lower learning rate than the configuration's times `factor`, the change made to it by hand.

    It is the configuration's own where the change alone made it high; else the optimizer's usual one, or a tenth where
    the rate is no higher than that.
    """
    usual = USUAL_RATE[config.optimizer]
    if factor > 1 and config.learning_rate <= 2 * usual:
        return config.learning_rate
    rate = config.learning_rate * factor
    return usual if rate > usual else max(_SMALLEST_RATE, _rounded(rate / 10))


def raise_rate(config: TrainConfig, factor: float = 1.0) -> float:
    """Return a higher learning rate than the configuration's times `factor`, the change made to it by hand.

    It is the configuration's own where the change alone made it low; else the optimizer's usual one, or ten times a
    rate no lower than that.
    """
    usual = USUAL_RATE[config.optimizer]
    if factor < 1 and config.learning_rate >= usual / 2:
        return config.learning_rate
    rate = config.learning_rate * factor
    return usual if rate < usual else min(_LARGEST_RATE, _rounded(rate * 10))


def longer(config: TrainConfig) -> dict[str, Any]:
    """Return twice the epochs."""
    epochs = min(MOST_EPOCHS, 2 * config.epochs)
    return {"epochs": epochs} if epochs > config.epochs else {}


def against_bias(config: TrainConfig) -> tuple[dict[str, Any], str]:
    """Return what lets the network learn more, and the reason: what holds it back, or else a larger network."""
    if config.weight_decay >= 0.05 and config.optimizer != "adamw":
        return {"weight_decay": 0.0}, "Weight decay pulls the weights back to zero as fast as they grow"
    if config.dropout >= 0.5:
        return {"dropout": 0.2}, "With so many units switched off, too little gets through"
    if config.activation == "sigmoid":
        return {"activation": "relu"}, "A sigmoid passes a quarter of each gradient at most, layer by layer"
    if not config.filters:
        return {"filters": (16, 32), "kernel_sizes": (5, 3)}, "A network without convolutions sees no shapes"
    for factor in (4, 2):
        more = {"filters": tuple(min(256, factor * f) for f in config.filters)}
        if more["filters"] != config.filters and _possible(config, more):
            return more, "A larger network can tell more shapes apart"
    return longer(config), "The network is as large as it gets; give it more time"


def against_variance(config: TrainConfig) -> tuple[dict[str, Any], str]:
    """Return what makes learning by heart harder, and the reason; an empty change where all of it is done."""
    available = TRAINING_IMAGES - config.validation_size
    if 2 * config.train_size <= available:
        return {"train_size": min(available, 10 * config.train_size)}, "More images are harder to learn by heart"
    if not config.augmented:
        return {"shift": 2.0, "rotation": 10.0}, "Images that are moved and turned anew each time cannot be memorised"
    if config.dropout < 0.3 and (config.filters or config.dense):
        return {"dropout": 0.3}, "Units that are switched off at random cannot rely on each other"
    if config.weight_decay < 0.01:
        return {"weight_decay": 0.01}, "Small weights bend less around single images"
    return {}, "Nearly everything against it is switched on already: a smaller network is left to try"


def beyond(config: TrainConfig) -> tuple[dict[str, Any], str]:
    """Return what a network that reads MNIST well may learn next, and the reason."""
    if not config.augmented:
        change = {"shift": 1.5, "rotation": 10.0, "scaling": 0.1}
        return change, "Now draw digits for it; if it fails there, let it learn from images that vary more"
    return {}, "Take it in hand and draw digits for it"


def hold_back(config: TrainConfig) -> dict[str, Any]:
    """Return a split with validation images."""
    return {"validation_size": 5_000, "train_size": min(config.train_size, TRAINING_IMAGES - 5_000)}


_NAMES = {
    "train_size": "training images",
    "validation_size": "validation images",
    "kernel_sizes": "kernels",
    "shift": "shift",
    "rotation": "rotation",
    "scaling": "change of size",
}


def told(config: TrainConfig, change: dict[str, Any]) -> str:
    """Return the change in words: each field with its value now and then."""
    parts = []
    for name, after in change.items():
        before = getattr(config, name)
        if before != after:
            parts.append(f"{_NAMES.get(name, name.replace('_', ' '))} {_value(before)} → {_value(after)}")
    return "; ".join(parts)


def _value(value: Any) -> str:
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
