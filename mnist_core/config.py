"""TrainConfig: everything that decides a training run, checked once where it is made. No torch, no Streamlit."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_type_hints

from mnist_core.architecture import parameter_count
from mnist_core.errors import ConfigError

TRAINING_IMAGES = 60_000
TEST_IMAGES = 10_000
MOST_EPOCHS = 200
MOST_PARAMETERS = 4_000_000
"""A hundred times what MNIST needs; a network of this size is a file of 16 MB."""

Padding = Literal["valid", "same"]
Pooling = Literal["max", "average", "stride", "none"]
Activation = Literal["relu", "leaky_relu", "gelu", "tanh", "sigmoid"]
Optimizer = Literal["sgd", "momentum", "adam", "adamw", "rmsprop"]
Schedule = Literal["constant", "cosine", "one-cycle"]
Precision = Literal["auto", "float32", "bfloat16"]


def _number(default: float, low: float, high: float, text: str) -> Any:
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "help": text})


def _choice(default: str | bool, text: str) -> Any:
    return dataclasses.field(default=default, metadata={"help": text})


def _sizes(default: tuple[int, ...], low: int, high: int, most: int, text: str) -> Any:
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "most": most, "help": text})


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainConfig:
    """One training run: architecture, optimisation and data.

    Every field carries its range and a sentence for learners in its metadata (`field_info`), which the command line
    and the page both show.

    Raises:
        ConfigError: a value is out of range, of the wrong type, or the architecture is impossible.
    """

    # Architecture
    filters: tuple[int, ...] = _sizes(
        (32, 32, 64), 1, 256, 5, "Filters of each convolution stage; none: no convolution."
    )
    kernel_sizes: tuple[int, ...] = _sizes((5, 5, 3), 1, 9, 5, "Side of each stage's filters, in pixels; odd.")
    convolutions_per_stage: int = _number(1, 1, 3, "Convolutions in a row before each pooling.")
    padding: Padding = _choice("valid", "'valid' lets the feature map shrink at its edges, 'same' keeps its size.")
    pooling: Pooling = _choice(
        "max", "How each stage halves its feature map; 'stride' lets the convolution skip pixels."
    )
    dense: tuple[int, ...] = _sizes(
        (64,), 1, 1024, 4, "Units of each dense layer between the convolutions and the output."
    )
    activation: Activation = _choice(
        "relu", "The bend after each layer; without it the network would be one linear map."
    )
    batch_norm: bool = _choice(False, "Normalise each filter's output over the batch: trains faster and more steadily.")
    dropout: float = _number(0.0, 0.0, 0.9, "Share of units switched off at random in each training step.")
    # Optimisation
    optimizer: Optimizer = _choice("adam", "The rule that turns gradients into changes of the weights.")
    learning_rate: float = _number(1e-3, 1e-6, 10.0, "How far each step moves the weights; the first thing to tune.")
    schedule: Schedule = _choice("constant", "How the learning rate changes over the run.")
    schedule_epochs: int = _number(
        0,
        0,
        MOST_EPOCHS,
        "Epochs over which the schedule runs, then a tenth of the learning rate stays; 0: all epochs.",
    )
    batch_size: int = _number(64, 1, 1024, "Images looked at before each change of the weights.")
    epochs: int = _number(3, 1, MOST_EPOCHS, "How many times the network sees every training image.")
    patience: int = _number(
        0, 0, MOST_EPOCHS, "Stop after so many epochs without a lower validation loss and use the best one; 0: never."
    )
    weight_decay: float = _number(0.0, 0.0, 1.0, "Pull of every weight towards zero, against overfitting.")
    label_smoothing: float = _number(
        0.0, 0.0, 0.5, "Share of certainty taken from the true digit and spread over all ten."
    )
    weight_averaging: float = _number(
        0.0, 0.0, 0.9999, "Decay of a running average of the weights that is used instead of the last ones; 0: off."
    )
    seed: int = _number(0, 0, 2**31 - 1, "Chooses the initial weights.")
    shuffle_seed: int = _number(0, 0, 2**31 - 1, "Chooses the order of the images, the augmentation and the dropout.")
    precision: Precision = _choice(
        "auto", "Number format of the arithmetic; 'auto' takes bfloat16 where that is faster, else float32."
    )
    # Data
    train_size: int = _number(55_000, 100, TRAINING_IMAGES, "How many training images the network learns from.")
    validation_size: int = _number(5_000, 0, 20_000, "Images held back from training, to measure on while training.")
    shift: float = _number(0.0, 0.0, 6.0, "Augmentation: largest random shift, in pixels.")
    rotation: float = _number(0.0, 0.0, 45.0, "Augmentation: largest random rotation, in degrees.")
    scaling: float = _number(0.0, 0.0, 0.5, "Augmentation: largest random change of size, as a share.")
    shear: float = _number(0.0, 0.0, 45.0, "Augmentation: largest random slant, in degrees.")
    elastic: float = _number(0.0, 0.0, 4.0, "Augmentation: typical elastic bending, in pixels.")
    thickness: float = _number(
        0.0, 0.0, 1.0, "Augmentation: largest random thickening or thinning, as a share of one pixel."
    )
    pen_variants: float = _number(
        0.0, 0.0, 1.0, "Augmentation: share of the 1s, 7s and 9s given a flag, a bar or a hook, as many people write."
    )
    noise: float = _number(0.0, 0.0, 0.5, "Augmentation: largest standard deviation of random grey noise; white is 1.")

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for field in fields(self):
            value = _checked(field.name, getattr(self, field.name), hints[field.name], field.metadata)
            object.__setattr__(self, field.name, value)
        if len(self.filters) != len(self.kernel_sizes):
            raise ConfigError(
                f"filters and kernel_sizes must be equally long, one entry a stage: received {len(self.filters)} and "
                f"{len(self.kernel_sizes)} entries"
            )
        for kernel in self.kernel_sizes:
            if kernel % 2 == 0:
                raise ConfigError(f"kernel_sizes must be odd numbers from 1 to 9, received {kernel}")
        if self.train_size + self.validation_size > TRAINING_IMAGES:
            raise ConfigError(
                f"train_size and validation_size share {TRAINING_IMAGES:,} images, received {self.train_size:,} + "
                f"{self.validation_size:,}: lower one of them"
            )
        if self.patience and not self.validation_size:
            raise ConfigError(
                f"patience needs validation images to measure on, received patience {self.patience} and "
                "validation_size 0: raise validation_size or set patience to 0"
            )
        parameters = parameter_count(self)
        if parameters > MOST_PARAMETERS:
            raise ConfigError(
                f"the network may have at most {MOST_PARAMETERS:,} parameters, these settings give {parameters:,}: "
                "use fewer filters, smaller dense layers or more pooling"
            )

    @property
    def steps_per_epoch(self) -> int:
        """Optimisation steps in one epoch; the last batch may be smaller."""
        return math.ceil(self.train_size / self.batch_size)

    @property
    def schedule_steps(self) -> int:
        """Optimisation steps over which the schedule of the learning rate runs."""
        return self.steps_per_epoch * (self.schedule_epochs or self.epochs)

    @property
    def augmented(self) -> bool:
        """Whether any augmentation is on."""
        return any(getattr(self, name) for name in AUGMENTATIONS)

    def replace(self, **changes: Any) -> TrainConfig:
        """Return a copy with some fields changed, checked like a new one."""
        _refuse_unknown(changes)
        return dataclasses.replace(self, **changes)

    def extended(self, done: int, more: int) -> TrainConfig:
        """Return the config of a run that goes on for `more` epochs after `done`, its schedule staying as it was.

        A new run of it gives what the extended run gives: patience is raised so that it would not have ended before.
        """
        return self.replace(
            epochs=done + more,
            schedule_epochs=0 if self.schedule == "constant" else self.schedule_epochs or self.epochs,
            patience=self.patience and min(MOST_EPOCHS, self.patience + more),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values; `from_dict` reads them back."""
        return {f.name: list(v) if isinstance(v := getattr(self, f.name), tuple) else v for f in fields(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainConfig:
        """Rebuild a config; absent fields take their defaults, so that older files stay readable.

        Raises:
            ConfigError: not a mapping, an unknown field, or a value that cannot be trained.
        """
        if not isinstance(values, Mapping):
            raise ConfigError(
                f"a configuration is a mapping of field names to values, received {type(values).__name__}"
            )
        _refuse_unknown(values)
        return cls(**values)


AUGMENTATIONS = ("shift", "rotation", "scaling", "shear", "elastic", "thickness", "pen_variants", "noise")


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What a form or a command line needs to know of one field."""

    name: str
    type: Any
    default: Any
    help: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]


def field_info() -> Iterator[FieldInfo]:
    """Yield every field of TrainConfig, in order, with its sentence, range and choices."""
    hints = get_type_hints(TrainConfig)
    for field in fields(TrainConfig):
        hint, meta = hints[field.name], field.metadata
        choices = get_args(hint) if getattr(hint, "__origin__", None) is Literal else ()
        yield FieldInfo(field.name, hint, field.default, meta["help"], meta.get("low"), meta.get("high"), choices)


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    known = [f.name for f in fields(TrainConfig)]
    for name in values:
        if name not in known:
            raise ConfigError(f"unknown field {name!r}; the fields are {', '.join(known)}")


def _checked(name: str, value: Any, hint: Any, meta: Mapping[str, Any]) -> Any:
    """Return `value` in its field's type, or raise a sentence that names the field, the range and what came."""
    if hint is bool:
        if not isinstance(value, bool):
            raise ConfigError(f"{name} must be true or false, received {value!r}")
        return value
    if getattr(hint, "__origin__", None) is Literal:
        if value not in get_args(hint):
            raise ConfigError(f"{name} must be one of {', '.join(get_args(hint))}, received {value!r}")
        return value
    low, high = meta["low"], meta["high"]
    if "most" in meta:
        if not isinstance(value, (list, tuple)) or len(value) > meta["most"]:
            raise ConfigError(f"{name} must be a list of at most {meta['most']} whole numbers, received {value!r}")
        return tuple(_whole(f"each of {name}", item, low, high) for item in value)
    if hint is int:
        return _whole(name, value, low, high)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ConfigError(f"{name} must be a number from {low:g} to {high:g}, received {value!r}")
    return float(value)


def _whole(name: str, value: Any, low: int, high: int) -> int:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number from {low:,} to {high:,}, received {value!r}")
    return int(value)
