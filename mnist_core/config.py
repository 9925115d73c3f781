"""TrainConfig: everything that decides a training run, checked once where it is made. No torch, no Streamlit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mnist_core.architecture import Architecture, training_bytes
from mnist_core.errors import ConfigError
from mnist_core.fields import FieldInfo, choice, info, number
from mnist_core.glossary.terms import meaning

TRAINING_IMAGES = 60_000
TEST_IMAGES = 10_000
SMALLEST_RATE, LARGEST_RATE = 1e-6, 10.0
MOST_EPOCHS = 200
MOST_SECONDS = 24 * 3600
"""The longest limit in seconds of training: a day."""
MOST_BATCH_BYTES = 2**30
"""Memory that the images of one batch may take: 1 GB, so that server, training and rate search fit into 4 GB."""

Optimizer = Literal["sgd", "momentum", "adam", "adamw", "rmsprop"]
Schedule = Literal["constant", "cosine", "one-cycle"]
Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainConfig(Architecture):
    """One training run: architecture, optimisation and data.

    Every field carries its range and a sentence for learners in its metadata (`field_info`), which the command line
    and the page both show.

    Raises:
        ConfigError: a value is out of range, of the wrong type, or the architecture is impossible.
    """

    # Optimisation
    optimizer: Optimizer = choice("adam", meaning("optimizer"))
    learning_rate: float = number(1e-3, SMALLEST_RATE, LARGEST_RATE, meaning("learning rate"))
    schedule: Schedule = choice("constant", meaning("schedule"))
    schedule_epochs: int = number(
        0,
        0,
        MOST_EPOCHS,
        "Epochs over which the schedule runs, then a tenth of the learning rate stays; 0: all epochs.",
    )
    batch_size: int = number(64, 1, 1024, meaning("batch size"))
    epochs: int = number(3, 1, MOST_EPOCHS, "How many times the network sees every training image.")
    patience: int = number(
        0, 0, MOST_EPOCHS, "Stop after so many epochs without a lower validation loss and use the best one; 0: never."
    )
    max_seconds: int = number(
        0, 0, MOST_SECONDS, "End the run after so many seconds of training, pauses not counted; 0: no limit."
    )
    weight_decay: float = number(0.0, 0.0, 1.0, meaning("weight decay"))
    label_smoothing: float = number(0.0, 0.0, 0.5, meaning("label smoothing"))
    weight_averaging: float = number(
        0.0, 0.0, 0.9999, "Decay of a running average of the weights that is used instead of the last ones; 0: off."
    )
    seed: int = number(0, 0, 2**31 - 1, "Chooses the initial weights.")
    shuffle_seed: int = number(0, 0, 2**31 - 1, "Chooses the order of the images, the augmentation and the dropout.")
    precision: Precision = choice(
        "auto",
        "Number format of the arithmetic; 'auto' takes what was measured to be faster on the machine.",
    )
    # Data
    train_size: int = number(55_000, 100, TRAINING_IMAGES, "How many training images the network learns from.")
    validation_size: int = number(5_000, 0, 20_000, "Images held back from training, to measure on while training.")
    shift: float = number(0.0, 0.0, 6.0, "Augmentation: largest random shift, in pixels.")
    rotation: float = number(0.0, 0.0, 45.0, "Augmentation: largest random rotation, in degrees.")
    scaling: float = number(0.0, 0.0, 0.5, "Augmentation: largest random change of size, as a share.")
    shear: float = number(0.0, 0.0, 45.0, "Augmentation: largest random slant, in degrees.")
    elastic: float = number(0.0, 0.0, 4.0, "Augmentation: typical elastic bending, in pixels.")
    thickness: float = number(
        0.0, 0.0, 1.0, "Augmentation: largest random thickening or thinning, as a share of one pixel."
    )
    pen_variants: float = number(
        0.0,
        0.0,
        1.0,
        "Augmentation: share of the digits written as people elsewhere do: a 0 with a slash, a 7 with a bar and so on.",
    )
    noise: float = number(0.0, 0.0, 0.5, "Augmentation: largest standard deviation of random grey noise; white is 1.")

    def __post_init__(self) -> None:
        Architecture.__post_init__(self)  # super() does not work in a dataclass with slots
        if self.train_size + self.validation_size > TRAINING_IMAGES:
            raise ConfigError(
                f"train_size and validation_size share {TRAINING_IMAGES:,} images, received {self.train_size:,} + "
                f"{self.validation_size:,}: lower one of them"
            )
        each = training_bytes(self)
        if each * self.batch_size > MOST_BATCH_BYTES:
            raise ConfigError(
                f"a batch may take about {MOST_BATCH_BYTES / 1e9:.1f} GB of memory, and {self.batch_size:,} images of "
                f"this network take {each * self.batch_size / 1e9:.1f} GB: lower batch_size to "
                f"{MOST_BATCH_BYTES // each:,}, or use fewer filters, fewer convolutions or more pooling"
            )
        if self.patience and not self.validation_size:
            raise ConfigError(
                f"patience needs validation images to measure on, received patience {self.patience} and "
                "validation_size 0: raise validation_size or set patience to 0"
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

    def extended(self, done: int, more: int) -> TrainConfig:
        """Return the config of a run that goes on for `more` epochs after `done`, its schedule staying as it was.

        A new run of it gives what the extended run gives: patience is raised so that it would not have ended before.
        A limit in seconds is dropped: whoever asks for more epochs has waited for the first ones.
        """
        return self.replace(
            epochs=done + more,
            schedule_epochs=0 if self.schedule == "constant" else self.schedule_epochs or self.epochs,
            patience=self.patience and min(MOST_EPOCHS, self.patience + more),
            max_seconds=0,
        )


AUGMENTATIONS = ("shift", "rotation", "scaling", "shear", "elastic", "thickness", "pen_variants", "noise")


def field_info() -> Iterator[FieldInfo]:
    """Yield every field of TrainConfig, in order, with its sentence, range and choices."""
    return info(TrainConfig)
