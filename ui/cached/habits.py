"""Digits written with each habit that MNIST's writers lack, and what networks read in them; cached and bounded."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.habits.catalogue import HABITS, draw
from mnist_core.storage.png import to_grey
from ui.cached import models

EACH = 20
"""Drawings of a habit."""


@st.cache_data(show_spinner=False, max_entries=1)
def drawn() -> NDArray[np.uint8]:
    """Return EACH drawings of every habit, in the order of `HABITS`: (habits x EACH, 28, 28)."""
    random = np.random.default_rng(11)
    return to_grey(np.stack([draw(habit, random) for habit in HABITS for _ in range(EACH)]))


def read_right(model: models.ModelFile) -> NDArray[np.bool_]:
    """Return which of these drawings the model reads right: (habits, EACH).

    Raises:
        CheckpointError: the model's file has vanished or is damaged.
    """
    return _read_right(models.fingerprint(model), model)


@st.cache_data(show_spinner="Reading other handwriting…", max_entries=48)
def _read_right(content: str, _model: models.ModelFile) -> NDArray[np.bool_]:
    from mnist_core.model.inference import predict_logits

    read = predict_logits(models.network(_model), drawn()).numpy().argmax(1).reshape(len(HABITS), EACH)
    right: NDArray[np.bool_] = read == np.array([habit.digit for habit in HABITS])[:, None]
    return right
