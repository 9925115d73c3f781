"""TrainingData: what a network was trained on, as its card records it. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from mnist_core.config import TEST_IMAGES, TRAINING_IMAGES, TrainConfig
from mnist_core.untrusted_text import SHORT, clean

_MOST_DRAWINGS = 1_000_000
_MOST_FINE_TUNINGS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class FineTuningData:
    """What one fine-tuning added to a network's training: drawings, mixed with MNIST images that it knew already.

    Raises:
        ValueError: a count or the accuracy is out of range.
    """

    start: str
    """Name of the network that the fine-tuning started from."""
    start_test_accuracy: float | None
    """That network's share of MNIST's test images read right, 0 to 1; None where it is not known."""
    learned: int
    """Drawings that it learned from."""
    held_out: int
    """Drawings that were kept aside: the validation images of the fine-tuning."""
    mixed_in: int
    """Images of MNIST in each epoch; the network had learned from all of them before."""

    def __post_init__(self) -> None:
        for name in ("learned", "held_out", "mixed_in"):
            _check_count(name, getattr(self, name), _MOST_DRAWINGS)
        tested = self.start_test_accuracy
        if tested is not None and not 0 <= tested <= 1:
            raise ValueError(f"expected a test accuracy from 0 to 1, received {tested}")
        if not isinstance(self.start, str):
            raise TypeError(f"expected the name of a network, received {self.start!r}")
        object.__setattr__(self, "start", clean(self.start, SHORT))

    @property
    def start_test_correct(self) -> int | None:
        """How many of MNIST's 10,000 test images the start read right; None where it is not known."""
        return None if self.start_test_accuracy is None else round(self.start_test_accuracy * TEST_IMAGES)

    def describe_training(self) -> str:
        """Return what the fine-tuning learned from, as part of a sentence."""
        return f"{self.learned:,} drawings mixed with {self.mixed_in:,} images of MNIST"

    def describe_validation(self) -> str:
        """Return what the fine-tuning was measured on while it trained, as part of a sentence."""
        return f"{self.held_out:,} drawings kept aside"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingData:
    """What a network was trained on, over all of its trainings.

    Raises:
        ValueError: a count is out of range.
    """

    mnist: int
    """Training images of MNIST that it learned from: the first of the fixed shuffle (`data.mnist.split`)."""
    held_back: int
    """Training images of MNIST that it never learned from: the last of that shuffle."""
    fine_tunings: tuple[FineTuningData, ...] = ()
    """The trainings on drawings that followed, the first one first."""

    def __post_init__(self) -> None:
        _check_count("mnist", self.mnist, TRAINING_IMAGES, least=1)
        _check_count("held_back", self.held_back, TRAINING_IMAGES - self.mnist)
        if len(self.fine_tunings) > _MOST_FINE_TUNINGS:
            raise ValueError(f"expected at most {_MOST_FINE_TUNINGS} fine-tunings, received {len(self.fine_tunings)}")

    @classmethod
    def of(cls, config: TrainConfig) -> TrainingData:
        """Return the data of a network that was trained on MNIST alone, as `config` splits it."""
        return cls(mnist=config.train_size, held_back=config.validation_size)

    def fine_tuned(self, added: FineTuningData) -> TrainingData:
        """Return the data of a network that was trained on these and then fine-tuned."""
        return replace(self, fine_tunings=(*self.fine_tunings, added))

    def without_last(self) -> TrainingData:
        """Return the data of the network that the last fine-tuning started from."""
        return replace(self, fine_tunings=self.fine_tunings[:-1])

    @property
    def last_fine_tuning(self) -> FineTuningData | None:
        """The fine-tuning that made the network what it is; None for one trained on MNIST alone."""
        return self.fine_tunings[-1] if self.fine_tunings else None

    def describe(self) -> str:
        """Return what the network was trained on, as part of a sentence: "55,000 images of MNIST"."""
        parts = [f"{self.mnist:,} images of MNIST"]
        parts += [f"{added.describe_training()} (starting from {added.start})" for added in self.fine_tunings]
        return ", then on ".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """Return the data as plain values for JSON."""
        return asdict(self) | {"fine_tunings": [asdict(added) for added in self.fine_tunings]}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> TrainingData:
        """Read back what `to_dict` returned, from a file that may come from anywhere.

        Raises:
            KeyError: a field is missing.
            TypeError: a value has another type, or a field is not known.
            ValueError: a value is out of range.
        """
        added = tuple(FineTuningData(**one) for one in record["fine_tunings"])
        return cls(mnist=record["mnist"], held_back=record["held_back"], fine_tunings=added)


def _check_count(name: str, count: object, most: int, least: int = 0) -> None:
    if type(count) is not int or not least <= count <= most:
        raise ValueError(f"expected {name} to be a whole number from {least} to {most:,}, received {count!r}")
