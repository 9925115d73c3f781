"""The presets: configurations to start from, each with a sentence that says what to watch for. No torch."""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.config import TRAINING_IMAGES, TrainConfig
from mnist_core.errors import ConfigError
from mnist_core.untrusted_text import quoted


@dataclass(frozen=True, slots=True)
class Preset:
    """A configuration and the sentence that says what to watch for."""

    config: TrainConfig
    text: str


PRESETS: dict[str, Preset] = {
    # No padding: MNIST's edges are empty. With 16, 32 and 64 filters of 5 x 5, 'same' padding and 50,000 images, a run
    # took twice as long (processor time, one thread of an AMD EPYC with AVX2) and read 99.09 % of the test images.
    "fast": Preset(
        TrainConfig(
            filters=(16, 48, 96),
            kernel_sizes=(5, 3, 3),
            padding="valid",
            pooling="stride",
            dense=(),
            batch_norm=True,
            optimizer="adamw",
            learning_rate=3e-2,
            schedule="one-cycle",
            batch_size=96,
            epochs=1,
            weight_decay=0.01,
            label_smoothing=0.05,
            weight_averaging=0.98,
            train_size=45_000,
            validation_size=1_000,
        ),
        "About 99% in seconds: one pass over the images, with a learning rate that rises and then falls.",
    ),
    "notebook": Preset(
        TrainConfig(batch_size=8, epochs=2, train_size=TRAINING_IMAGES, validation_size=0),
        "The article's network, exactly: it trains on all 60,000 images, so there is no validation curve.",
    ),
    "best": Preset(
        TrainConfig(
            filters=(16, 48, 96),
            kernel_sizes=(3, 3, 3),
            convolutions_per_stage=2,
            padding="same",
            pooling="max",
            dense=(128,),
            batch_norm=True,
            dropout=0.2,
            optimizer="adamw",
            learning_rate=4e-3,
            schedule="one-cycle",
            batch_size=128,
            epochs=40,
            weight_decay=0.02,
            weight_averaging=0.995,
            train_size=58_000,
            validation_size=2_000,
            shift=1.5,
            rotation=15.0,
            scaling=0.15,
            shear=15.0,
            elastic=1.0,
            thickness=0.6,
            pen_variants=0.5,
            noise=0.2,
        ),
        "As accurate as half an hour on two cores allows: every image is bent and shifted anew each time it is seen.",
    ),
    "underfit": Preset(
        TrainConfig(filters=(), kernel_sizes=(), dense=(), epochs=5),
        "High bias: a single linear layer. Both curves stop near 92%, however long it trains.",
    ),
    "overfit": Preset(
        TrainConfig(train_size=300, epochs=40, batch_size=16, dense=(256,), validation_size=1_000),
        "High variance: only 300 images. The training curve reaches 100%, the validation curve stays far below.",
    ),
    "rate-too-high": Preset(
        TrainConfig(optimizer="momentum", learning_rate=0.5, epochs=2, batch_size=32),
        "The learning rate is too high: the loss jumps instead of falling, and the network keeps guessing.",
    ),
    "rate-too-low": Preset(
        TrainConfig(learning_rate=5e-6, epochs=2),
        "The learning rate is too low: the loss falls all the time, but so slowly that the run ends long before.",
    ),
}


def preset(name: str) -> TrainConfig:
    """Return a preset's configuration.

    Raises:
        ConfigError: there is no preset of that name.
    """
    if name not in PRESETS:
        raise ConfigError(f"preset must be one of {', '.join(PRESETS)}, received {quoted(name)}")
    return PRESETS[name].config
