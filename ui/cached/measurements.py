"""Cached access to what is computed of a network: shared by all sessions, bounded, kept by the content of its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.errors import CheckpointError
from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.predictions import Outputs, read_images
from mnist_core.evaluation.robustness import robustness, sample
from mnist_core.evaluation.sweep import Sweep
from mnist_core.handwriting.collection import Drawing
from mnist_core.jobs.cores import cores
from mnist_core.model.training_data import TrainingData
from mnist_core.runs.whole_card import read_whole_card
from mnist_core.storage.atomic import sha256

if TYPE_CHECKING:
    from mnist_core.explain.attribution import Method
    from mnist_core.model.network import DigitNet
    from mnist_core.rejection.detector import Detector

from ui.cached import dataset, models, run_records


def measurement(model: models.ModelFile) -> Measurement:
    """Return the model's measurement, begun now if it has not been measured yet; kept by content.

    Raises:
        CheckpointError: the file has vanished.
        DataError: the data set is missing or damaged and cannot be fetched.
    """
    return _measurement(models.fingerprint(model), model.path)


# Thirty learners measure a network each, and some compare: fewer entries would begin evicted ones anew and for ever.
@st.cache_resource(show_spinner=False, max_entries=48)
def _measurement(content: str, _path: Path) -> Measurement:
    def load() -> tuple[DigitNet, TrainingData]:
        loaded = models.load_network(_path), read_whole_card(_path).trained_on
        try:
            changed = sha256(_path) != content
        except OSError:
            changed = True
        if changed:
            raise CheckpointError(f"{_path.name} was saved anew or deleted while it was read: reload the page")
        return loaded

    return Measurement(load, dataset.mnist(), threads=cores())


def drawings_read(model: models.ModelFile, drawings: Sequence[Drawing]) -> Outputs:
    """Return what the model reads in filed drawings, of which there is one at least. One never changes: its id says
    what it is.

    Raises:
        CheckpointError: the model's file has vanished or is damaged.
    """
    return _drawings_read(models.fingerprint(model), tuple(one.id for one in drawings), model, drawings)


@st.cache_data(show_spinner=False, max_entries=32)
def _drawings_read(
    fingerprint: str, ids: tuple[str, ...], _model: models.ModelFile, _drawings: Sequence[Drawing]
) -> Outputs:
    return read_images(models.network(_model), np.stack([drawing.image for drawing in _drawings]))


@st.cache_resource(show_spinner=False)
def detector() -> Detector:
    """Return what tells digits from other drawings, whichever model is in hand.

    Raises:
        CheckpointError: its file has vanished or is damaged.
    """
    from mnist_core.rejection.detector import load_detector

    return load_detector()


def sweep(model: models.ModelFile) -> Sweep:
    """Return the one measurement of the model's robustness that all who look at it share, kept by its content.

    Raises:
        DigitLabError: the model's file has vanished or is damaged, or the data set is missing.
    """
    return _sweep(models.fingerprint(model), model)


@st.cache_resource(show_spinner=False, max_entries=16)
def _sweep(fingerprint: str, _model: models.ModelFile) -> Sweep:
    data = dataset.mnist()
    chosen = sample(data.test_labels)
    images, labels = data.test_images[chosen], data.test_labels[chosen]
    jobs = run_records.jobs()

    def spare_cores() -> int:
        return 1 if jobs.active() else cores()  # trainings leave one to the server

    return Sweep(robustness(models.network(_model), images, labels, threads=spare_cores))


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
