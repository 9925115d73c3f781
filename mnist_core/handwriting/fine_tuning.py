"""Fine-tuning: a trained network learns on from drawings, mixed with MNIST so that it forgets nothing.

It is a training like any other, with other images and weights that do not start at random. In a run's directory it is
one file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save
from torch import Tensor

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import Examples, Mnist, split_by_counts
from mnist_core.errors import CheckpointError, CollectionError
from mnist_core.handwriting.collection import LEAST_DRAWINGS
from mnist_core.handwriting.fine_tuning_file import MIXED_IN, FineTuningSummary, explain_damage, read_summary
from mnist_core.model.card import ModelCard
from mnist_core.model.network import DigitNet, build_model

HELD_OUT = 0.2
"""Share of drawings that are kept aside, to measure on."""
MOST_REPEATS = 20
"""How often an epoch may show a drawing, augmented anew each time; drawings are up to half of what it shows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FineTuning:
    """The network to start from and the drawings to learn from.

    Raises:
        CollectionError: there are too few drawings, or they are all the same.
    """

    start: str
    """Name of the network to start from."""
    card: ModelCard
    """Its card."""
    weights: dict[str, Tensor]
    """Its weights, by their names in the model."""
    images: NDArray[np.uint8]
    """Drawings, (N, 28, 28), as the network sees them."""
    labels: NDArray[np.uint8]
    """(N,)"""

    def __post_init__(self) -> None:
        if len(self.labels) < LEAST_DRAWINGS:
            raise CollectionError(
                f"to teach a network takes at least {LEAST_DRAWINGS} drawings, there are {len(self.labels)}: draw more"
            )
        if self.held_out.all():
            raise CollectionError(f"all {len(self.labels)} drawings are the same one: draw others to measure on")

    @property
    def held_out(self) -> NDArray[np.bool_]:
        """Which drawings are kept aside, (N,): about every fifth, by the drawing itself and not by its place.

        So another fine-tuning keeps aside the same ones, whatever was drawn or deleted in between: it never learns from
        what it is measured on. Only where not one of them would be kept aside, which happens to one in ninety sets of
        twenty drawings, the nearest to it is, whether a network has learned from it before or not.
        """
        numbers = np.array([_to_number(image, label) for image, label in zip(self.images, self.labels, strict=True)])
        return numbers <= max(HELD_OUT, numbers.min())

    @property
    def config(self) -> TrainConfig:
        """How the network is fine-tuned: with its own settings, but gently and for three short epochs."""
        return self.card.config.replace(
            optimizer="adamw",
            learning_rate=2e-4,
            schedule="cosine",
            batch_size=64,
            epochs=3,
            patience=0,
            max_seconds=0,
            weight_averaging=0.0,
            train_size=len(self._mixed_in) + self._repeats * int((~self.held_out).sum()),
            validation_size=int(self.held_out.sum()),
        )

    @property
    def summary(self) -> FineTuningSummary:
        """What the file of the fine-tuning says of itself."""
        return FineTuningSummary(self.start, self.card, len(self.labels), int(self.held_out.sum()))

    def examples(self, data: Mnist) -> Examples:
        """Return what the network learns from, drawings mixed with MNIST, and is measured on, the drawings kept aside.

        Args:
            data: MNIST.
        """
        aside, mixed = self.held_out, self._mixed_in
        return Examples(
            np.concatenate([data.train_images[mixed], *[self.images[~aside]] * self._repeats]),
            np.concatenate([data.train_labels[mixed], *[self.labels[~aside]] * self._repeats]),
            self.images[aside],
            self.labels[aside],
            data.test_images,
            data.test_labels,
        )

    def start_network(self) -> DigitNet:
        """Return the network to start from, in evaluation mode."""
        network = build_model(self.card.config)
        network.load_state_dict(self.weights)
        return network.eval()

    @property
    def _mixed_in(self) -> NDArray[np.int64]:
        known = self.card.trained_on
        learned, _ = split_by_counts(known.mnist, known.held_back)
        return np.random.default_rng(self.card.config.shuffle_seed).permutation(learned)[:MIXED_IN]

    @property
    def _repeats(self) -> int:
        return int(np.clip(len(self._mixed_in) // int((~self.held_out).sum()), 1, MOST_REPEATS))

    def to_bytes(self) -> bytes:
        """Return the fine-tuning as a safetensors file, for `load_fine_tuning`."""
        tensors = {f"start.{name}": value.contiguous() for name, value in self.weights.items()}
        tensors |= {"images": torch.from_numpy(self.images), "labels": torch.from_numpy(self.labels)}
        return save(tensors, self.summary.to_metadata())


def load_fine_tuning(path: str | Path) -> FineTuning:
    """Read back what `FineTuning.to_bytes` wrote.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = Path(path)
    summary = read_summary(path)
    with explain_damage(path):
        tensors = load_file(path)
        weights = {name.removeprefix("start."): t for name, t in tensors.items() if name.startswith("start.")}
        images, labels = tensors["images"].numpy(), tensors["labels"].numpy()
        if images.shape != (*labels.shape, 28, 28) or not images.dtype == labels.dtype == np.uint8 or labels.max() > 9:
            raise ValueError("expected drawings of 28 x 28 grey values with a digit each")
        return FineTuning(start=summary.start, card=summary.card, weights=weights, images=images, labels=labels)


def load_start_network(path: str | Path) -> DigitNet:
    """Return the network that a fine-tuning starts from, read from the fine-tuning's file.

    Raises:
        CheckpointError: the file is missing or damaged, or its weights do not fit its configuration.
    """
    found = load_fine_tuning(path)
    try:
        return found.start_network()
    except RuntimeError as error:
        raise CheckpointError(
            f"the weights to start from, in {Path(path).name}, are those of another network"
        ) from error


def _to_number(image: NDArray[np.uint8], label: np.uint8) -> float:
    """Return a number in [0, 1) that looks random, always the same one for equal drawings."""
    digest = hashlib.blake2b(image.tobytes() + bytes([label]), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
