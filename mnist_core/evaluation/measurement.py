"""Measurement: one network measured in a thread of its own, part after part; who asks sees what is there already."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import numpy as np

from mnist_core.data.mnist import Mnist, split_by_counts
from mnist_core.errors import DigitLabError
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.metrics import DigitScore, accuracy, digit_scores
from mnist_core.evaluation.predictions import Outputs, read_images, training_sample
from mnist_core.model.training_data import TrainingData

if TYPE_CHECKING:
    from mnist_core.model.network import DigitNet

_TIMED = 30  # single images; their median is steady within a few per cent

# Thirty learners who choose thirty networks at once would share the cores among thirty threads: one after the other.
_turn = threading.Lock()


@dataclass(frozen=True, slots=True)
class Temperature:
    """A fitted temperature and the images it was fitted on."""

    value: float
    source: Literal["validation", "training"]
    """Images of MNIST that the network never learned from; or images that it did learn from, where no others are left:
    the value is then too low, for the network is surer of what it learned from."""
    count: int

    def describe_images(self, trained_on: TrainingData) -> str:
        """Return which images these are, as part of a sentence; `trained_on` is what the network was trained on."""
        if not trained_on.fine_tunings:
            if self.source == "validation":
                return f"its {self.count:,} validation images"
            return f"{self.count:,} of its training images"
        if self.source == "validation":
            return f"{self.count:,} images of MNIST that it never learned from, before or while it was taught"
        return f"{self.count:,} images of MNIST that it has learned from"


class Measurement:
    """A network's outputs on MNIST's test images, and what follows from them and from the training images.

    A part that is not there yet is None. An error ends the measurement and is kept as a sentence.
    """

    def __init__(self, load: Callable[[], tuple[DigitNet, TrainingData]], data: Mnist, threads: int) -> None:
        """Begin at once.

        Args:
            load: returns the network and what it was trained on; called in the thread, for it may take seconds.
            data: MNIST.
            threads: so many batches are read at the same time.
        """
        self.test: Outputs | None = None
        self.scores: list[DigitScore] | None = None
        self.training: Accuracy | None = None
        self.temperature: Temperature | None = None
        self.milliseconds: float | None = None
        """Median time to read one image alone."""
        self.error: str | None = None
        self.progress = 0.0
        """Of all images, the share that has been read."""
        self._load, self._data, self._threads = load, data, threads
        self._thread = threading.Thread(target=self._run, name="digit-lab-measurement", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return not self._thread.is_alive()

    def wait(self) -> Measurement:
        """Return when all is measured."""
        self._thread.join()
        return self

    def _run(self) -> None:
        try:
            with _turn:
                self._measure()
        except DigitLabError as error:
            self.error = str(error)
        except Exception as error:
            self.error = f"the network could not be measured ({error}): choose another model"
            raise  # its traceback goes to the server's terminal

    def _measure(self) -> None:
        (network, trained_on), data = self._load(), self._data
        samples = training_sample(trained_on)
        _, validation = split_by_counts(trained_on.mnist, trained_on.held_back)
        total = len(data.test_images) + len(samples) + len(validation)

        def read(images: np.ndarray) -> Outputs:
            done = self.progress

            def report(share: float) -> None:
                self.progress = done + share * len(images) / total

            return read_images(network, images, self._threads, report)

        self.test = read(data.test_images)
        self.scores = digit_scores(data.test_labels, self.test.predicted)
        training = read(data.train_images[samples])
        self.training = accuracy(training, data.train_labels[samples])
        if len(validation):
            logits, labels = read(data.train_images[validation]).logits, data.train_labels[validation]
        else:
            logits, labels = training.logits, data.train_labels[samples]
        source: Literal["validation", "training"] = "validation" if len(validation) else "training"
        self.temperature = Temperature(fit_temperature(logits, labels), source, len(labels))
        self.milliseconds = _milliseconds(network, data)


def _milliseconds(network: DigitNet, data: Mnist) -> float:
    from mnist_core.model.inference import predict

    times = []
    for image in data.test_images[:_TIMED]:
        began = perf_counter()
        predict(network, image.astype(np.float32) / 255)
        times.append(perf_counter() - began)
    return 1000 * median(times)
