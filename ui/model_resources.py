"""Cached access to what is computed of a network: shared by all sessions, bounded, kept by the content of its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.collection import Drawing
from mnist_core.cores import cores
from mnist_core.errors import CheckpointError
from mnist_core.files import sha256
from mnist_core.measurement import Measurement
from mnist_core.outputs import Outputs, read_images
from mnist_core.robustness import robustness, sample
from mnist_core.sweep import Sweep

if TYPE_CHECKING:
    from mnist_core.attribution import Method
    from mnist_core.model import DigitNet
    from mnist_core.refusal import Detector

from ui import resources


def measurement(model: resources.ModelFile) -> Measurement:
    """Return the model's measurement, begun now if it has not been measured yet; kept by content.

    Raises:
        CheckpointError: the file has vanished.
        DataError: the data set is missing or damaged and cannot be fetched.
    """
    return _measurement(resources.fingerprint(model), model.path)


# Thirty learners measure a network each, and some compare: fewer entries would begin evicted ones anew and for ever.
@st.cache_resource(show_spinner=False, max_entries=48)
def _measurement(content: str, _path: Path) -> Measurement:
    def load() -> DigitNet:
        loaded = resources.load_network(_path)
        try:
            changed = sha256(_path) != content
        except OSError:
            changed = True
        if changed:
            raise CheckpointError(f"{_path.name} was saved anew or deleted while it was read: reload the page")
        return loaded

    return Measurement(load, resources.mnist(), threads=cores())


def drawings_read(model: resources.ModelFile, drawings: Sequence[Drawing]) -> Outputs:
    """Return what the model reads in filed drawings, of which there is one at least. One never changes: its id says
    what it is.

    Raises:
        CheckpointError: the model's file has vanished or is damaged.
    """
    return _drawings_read(resources.fingerprint(model), tuple(one.id for one in drawings), model, drawings)


@st.cache_data(show_spinner=False, max_entries=32)
def _drawings_read(
    fingerprint: str, ids: tuple[str, ...], _model: resources.ModelFile, _drawings: Sequence[Drawing]
) -> Outputs:
    return read_images(resources.network(_model), np.stack([drawing.image for drawing in _drawings]))


@st.cache_resource(show_spinner=False)
def detector() -> Detector:
    """Return what tells digits from other drawings, whichever model is in hand.

    Raises:
        CheckpointError: its file has vanished or is damaged.
    """
    from mnist_core.refusal import load_detector

    return load_detector()


def sweep(model: resources.ModelFile) -> Sweep:
    """Return the one measurement of the model's robustness that all who look at it share, kept by its content.

    Raises:
        DigitLabError: the model's file has vanished or is damaged, or the data set is missing.
    """
    return _sweep(resources.fingerprint(model), model)


@st.cache_resource(show_spinner=False, max_entries=16)
def _sweep(fingerprint: str, _model: resources.ModelFile) -> Sweep:
    data = resources.mnist()
    chosen = sample(data.test_labels)
    images, labels = data.test_images[chosen], data.test_labels[chosen]
    jobs = resources.jobs()

    def spare_cores() -> int:
        return 1 if jobs.active() else cores()  # trainings leave one to the server

    return Sweep(robustness(resources.network(_model), images, labels, threads=spare_cores))


def attribution(
    model: resources.ModelFile, network: DigitNet, image: NDArray[np.float32], digit: int, method: Method
) -> NDArray[np.float32]:
    """Return what each pixel says for a digit (`mnist_core.attribution.attribute`), kept by the model's content.

    Raises:
        AttributionError: the method does not apply to the network.
        CheckpointError: the model's file has vanished.
    """
    return _attribution(network, resources.fingerprint(model), image, digit, method)


@st.cache_data(show_spinner=False, max_entries=64)
def _attribution(
    _network: DigitNet, fingerprint: str, image: NDArray[np.float32], digit: int, method: Method
) -> NDArray[np.float32]:
    from mnist_core.attribution import attribute

    return attribute(_network, image, digit, method)
