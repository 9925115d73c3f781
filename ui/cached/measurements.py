"""Cached access to what is computed of a network: shared by all sessions, bounded, kept by the content of its file."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.background import BackgroundTask, Turns
from mnist_core.evaluation.measurement import Measurement, measure, measuring_work
from mnist_core.evaluation.robustness import Robustness, robustness, robustness_work, sample
from mnist_core.jobs.cores import cores
from mnist_core.jobs.scheduler import Jobs

if TYPE_CHECKING:
    from mnist_core.explain.attribution import Method
    from mnist_core.model.network import DigitNet
    from mnist_core.rejection.detector import Detector

from ui.cached import dataset, models, run_records
from ui.cached.owned import Kept

TURNS = Turns()
"""Of all measurements of a server one computes at a time."""


def _threads(jobs: Jobs) -> int:
    """Return how many chunks of images may be read at once: trainings leave one core to the server, and no more."""
    return 1 if jobs.active() else cores()


def measurement(model: models.ModelFile) -> BackgroundTask[Measurement]:
    """Return the one measurement of the model that all who look at it share, kept by the content of its file.

    Raises:
        CheckpointError: the file has vanished or is damaged.
        DataError: the data set is missing or damaged and cannot be fetched.
    """
    content = models.fingerprint(model)
    return _measurements.get(content, lambda: _measurement(content, model))


# Thirty learners measure a network each, and some compare: fewer entries would begin evicted ones anew and for ever.
_measurements: Kept[str, BackgroundTask[Measurement]] = Kept(48)


def _measurement(content: str, model: models.ModelFile) -> BackgroundTask[Measurement]:
    data, card, threads = dataset.mnist(), models.card(model), partial(_threads, run_records.jobs())

    def make() -> Generator[Measurement, None, None]:
        return measure(lambda: (models.load_content(model.path, content), card.trained_on), data, threads)

    return BackgroundTask(make, Measurement(), TURNS, work=measuring_work(card.config, card.trained_on, data))


@st.cache_resource(show_spinner=False)
def detector() -> Detector:
    """Return what tells digits from other drawings, whichever model is in hand.

    Raises:
        CheckpointError: its file has vanished or is damaged.
    """
    from mnist_core.rejection.detector import load_detector

    return load_detector()


def robustness_of(model: models.ModelFile) -> BackgroundTask[Robustness]:
    """Return the one measurement of the model's robustness that all who look at it share, kept by its content.

    Raises:
        DigitLabError: the model's file has vanished or is damaged, or the data set is missing.
    """
    content = models.fingerprint(model)
    return _robustness.get(content, lambda: _robustness_of(content, model))


_robustness: Kept[str, BackgroundTask[Robustness]] = Kept(16)


def _robustness_of(content: str, model: models.ModelFile) -> BackgroundTask[Robustness]:
    data, threads = dataset.mnist(), partial(_threads, run_records.jobs())
    chosen = sample(data.test_labels)
    images, labels = data.test_images[chosen], data.test_labels[chosen]

    def make() -> Generator[Robustness, None, None]:
        return robustness(models.load_content(model.path, content), images, labels, threads=threads)

    return BackgroundTask(make, Robustness(), TURNS, work=robustness_work(models.card(model).config))


def attribution(
    model: models.ModelFile, network: DigitNet, image: NDArray[np.float32], digit: int, method: Method
) -> NDArray[np.float32]:
    """Return what each pixel says for a digit (`explain.attribution.attribute`), kept by the model's content.

    Raises:
        AttributionError: the method does not apply to the network.
        CheckpointError: the model's file has vanished.
    """
    return _attribution(network, models.fingerprint(model), image, digit, method)


@st.cache_data(show_spinner=False, max_entries=64)
def _attribution(
    _network: DigitNet, fingerprint: str, image: NDArray[np.float32], digit: int, method: Method
) -> NDArray[np.float32]:
    from mnist_core.explain.attribution import attribute

    return attribute(_network, image, digit, method)
