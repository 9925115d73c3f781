"""A lesson: a trained network goes on learning from the class's drawings, mixed with MNIST so that it forgets nothing.

It is a training like any other, with other images and a start that is not random; in a run's directory it is one file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import Examples, Mnist, split
from mnist_core.errors import CheckpointError, CollectionError
from mnist_core.handwriting.collection import LEAST_DRAWINGS

HELD_OUT = 0.2
"""Share of drawings that are kept aside, to measure on."""
MIXED_IN = 6_000
"""Images of MNIST in each epoch, of those the network has learned from."""
MOST_REPEATS = 20
"""How often an epoch may show a drawing, augmented anew each time; drawings are up to half of what it shows."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The network to start from and the drawings to learn from.

    Raises:
        CollectionError: there are too few drawings, or they are all the same.
    """

    model: str
    """Name of the network."""
    test_accuracy: float | None
    """Its share of MNIST's test images, where it is known."""
    trained: TrainConfig
    """How it was trained."""
    start: dict[str, Tensor]
    """Its weights."""
    images: NDArray[np.uint8]
    """Drawings, (N, 28, 28), as the network sees them."""
    labels: NDArray[np.uint8]
    """(N,)"""

    def __post_init__(self) -> None:
        if len(self.labels) < LEAST_DRAWINGS:
            raise CollectionError(
                f"a lesson takes at least {LEAST_DRAWINGS} drawings, there are {len(self.labels)}: draw more"
            )
        if self.held_out.all():
            raise CollectionError(f"all {len(self.labels)} drawings are the same one: draw others to measure on")

    @property
    def held_out(self) -> NDArray[np.bool_]:
        """Which drawings are kept aside, (N,): about every fifth, by the drawing itself and not by its place.

        So another lesson keeps aside the same ones, whatever was drawn or deleted in between: what is measured on was
        never learned. Only where not one of them would be, in one of ninety lessons of twenty drawings, the nearest to
        it is, learned before or not.
        """
        places = np.array([_place(image, label) for image, label in zip(self.images, self.labels, strict=True)])
        return places <= max(HELD_OUT, places.min())

    @property
    def config(self) -> TrainConfig:
        """How the lesson is trained: the network's own settings, but gently and for three short epochs."""
        return self.trained.replace(
            optimizer="adamw",
            learning_rate=2e-4,
            schedule="cosine",
            batch_size=64,
            epochs=3,
            patience=0,
            weight_averaging=0.0,
            train_size=len(self._mixed_in) + self._repeats * int((~self.held_out).sum()),
            validation_size=int(self.held_out.sum()),
        )

    def examples(self, data: Mnist) -> Examples:
        """Return what the lesson trains on: drawings mixed with MNIST; and measures on: the drawings kept aside."""
        aside, mixed = self.held_out, self._mixed_in
        return Examples(
            np.concatenate([data.train_images[mixed], *[self.images[~aside]] * self._repeats]),
            np.concatenate([data.train_labels[mixed], *[self.labels[~aside]] * self._repeats]),
            self.images[aside],
            self.labels[aside],
            data.test_images,
            data.test_labels,
        )

    @property
    def _mixed_in(self) -> NDArray[np.int64]:
        learned, _ = split(self.trained)
        return np.random.default_rng(self.trained.shuffle_seed).permutation(learned)[:MIXED_IN]

    @property
    def _repeats(self) -> int:
        return int(np.clip(len(self._mixed_in) // int((~self.held_out).sum()), 1, MOST_REPEATS))

    def to_bytes(self) -> bytes:
        """Return the lesson as a safetensors file, for `load_lesson`."""
        tensors = {f"start.{name}": value.contiguous() for name, value in self.start.items()}
        tensors |= {"images": torch.from_numpy(self.images), "labels": torch.from_numpy(self.labels)}
        about = {
            "model": self.model,
            "test_accuracy": self.test_accuracy,
            "held_out": int(self.held_out.sum()),
            "trained": self.trained.to_dict(),
        }
        return save(tensors, {"lesson": json.dumps(about)})


def _place(image: NDArray[np.uint8], label: np.uint8) -> float:
    """Return a number in [0, 1) that looks random, always the same one for equal drawings."""
    digest = hashlib.blake2b(image.tobytes() + bytes([label]), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


@dataclass(frozen=True, slots=True)
class About:
    """What a lesson's file says of it."""

    model: str
    test_accuracy: float | None
    held_out: int
    """Drawings kept aside."""
    trained: TrainConfig


def about_lesson(path: str | Path) -> About:
    """Read what a lesson's file says of it, without its weights and drawings.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = Path(path)
    with _damage_told(path):
        with safe_open(path, framework="numpy") as file:
            about = json.loads((file.metadata() or {})["lesson"])
        tested = about["test_accuracy"]
        return About(
            str(about["model"]),
            None if tested is None else float(tested),
            int(about["held_out"]),
            TrainConfig.from_dict(about["trained"]),
        )


def load_lesson(path: str | Path) -> Lesson:
    """Read back what `Lesson.to_bytes` wrote.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = Path(path)
    about = about_lesson(path)
    with _damage_told(path):
        tensors = load_file(path)
        start = {name.removeprefix("start."): t for name, t in tensors.items() if name.startswith("start.")}
        images, labels = tensors["images"].numpy(), tensors["labels"].numpy()
        if images.shape != (*labels.shape, 28, 28) or not images.dtype == labels.dtype == np.uint8 or labels.max() > 9:
            raise ValueError("expected drawings of 28 x 28 grey values with a digit each")
        return Lesson(about.model, about.test_accuracy, about.trained, start, images, labels)


_DAMAGE = (
    OSError,
    SafetensorError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    RecursionError,
    CollectionError,
)
"""What reading a file raises that somebody has edited."""


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise CheckpointError(
            f"the drawings of this lesson in {path.name} are missing or damaged: start the lesson anew"
        ) from error
