"""Measure how well one network reads MNIST, part after part: `measure` yields what is known after each part."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from mnist_core.architecture import Architecture, multiply_adds
from mnist_core.data.mnist import Mnist, split_by_counts
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.metrics import DigitScore, accuracy, digit_scores
from mnist_core.evaluation.predictions import Outputs, read_in_chunks, training_sample
from mnist_core.model.training_data import TrainingData
from mnist_core.storage.png import to_brightness

if TYPE_CHECKING:
    from mnist_core.model.network import DigitNet

_TIMED = 30  # single images; their median is steady within a few per cent


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


@dataclass(frozen=True, slots=True)
class Measurement:
    """What is known of a network so far. A part that is not there yet is None."""

    test: Outputs | None = None
    """Its outputs on MNIST's test images."""
    scores: list[DigitScore] | None = None
    """Of each digit, on the test images."""
    training: Accuracy | None = None
    """On the training images, or a fixed sample of them."""
    temperature: Temperature | None = None
    milliseconds: float | None = None
    """Median time to read one image alone."""
    share: float = 0.0
    """Of all images, the share that has been read."""


def measure(
    load: Callable[[], tuple[DigitNet, TrainingData]], data: Mnist, threads: Callable[[], int] = lambda: 1
) -> Generator[Measurement, None, None]:
    """Measure a network on the test images of `data`, then on its training and its validation images.

    Args:
        load: returns the network and what it was trained on; called at the first step, for it may take seconds.
        data: MNIST.
        threads: asked anew before each step: so many chunks of images are read at the same time.

    Yields:
        Measurement: what is known after each chunk of images; in the last one no part is None.
    """
    network, trained_on = load()
    samples, (_, validation) = training_sample(trained_on), split_by_counts(trained_on.mnist, trained_on.held_back)
    total = len(data.test_images) + len(samples) + len(validation)
    known = Measurement()
    yield known

    def read(images: NDArray[np.uint8]) -> Generator[Measurement, None, Outputs]:
        nonlocal known
        read_so_far = []
        for logits in read_in_chunks(network, images, threads):
            read_so_far.append(logits)
            known = replace(known, share=known.share + len(logits) / total)
            yield known
        return Outputs(np.concatenate(read_so_far))

    test = yield from read(data.test_images)
    known = replace(known, test=test, scores=digit_scores(data.test_labels, test.predicted))
    training = yield from read(data.train_images[samples])
    known = replace(known, training=accuracy(training, data.train_labels[samples]))
    if len(validation):
        held_out = yield from read(data.train_images[validation])
        temperature = _temperature(held_out, data.train_labels[validation], "validation")
    else:
        temperature = _temperature(training, data.train_labels[samples], "training")
    yield replace(known, temperature=temperature, milliseconds=_milliseconds(network, data), share=1.0)


def measuring_work(architecture: Architecture, trained_on: TrainingData, data: Mnist) -> float:
    """Return the multiply-adds of measuring a network that was trained on `trained_on`."""
    images = len(data.test_images) + len(training_sample(trained_on)) + trained_on.held_back
    return float(images * multiply_adds(architecture))


def _temperature(outputs: Outputs, labels: NDArray[np.uint8], source: Literal["validation", "training"]) -> Temperature:
    return Temperature(fit_temperature(outputs.logits, labels), source, len(labels))


def _milliseconds(network: DigitNet, data: Mnist) -> float:
    from mnist_core.model.inference import predict

    times = []
    for image in data.test_images[:_TIMED]:
        began = perf_counter()
        predict(network, to_brightness(image))
        times.append(perf_counter() - began)
    return 1000 * median(times)
