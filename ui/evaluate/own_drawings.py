"""Measure a network on the drawings that the class has filed, beside the test images."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.background import BackgroundTask
from mnist_core.errors import DigitLabError
from mnist_core.evaluation.intervals import Accuracy, difference
from mnist_core.evaluation.metrics import accuracy
from mnist_core.evaluation.predictions import Outputs
from ui.cached import dataset, drawings, models
from ui.evaluate import state
from ui.shared import class_drawings, names, progress


def show(model: models.ModelFile, outputs: Outputs) -> None:
    """Set the class's drawings, where there are some, beside the test images."""
    kept = class_drawings.readable()
    if not kept:
        return
    try:
        read = drawings.drawings_read(model, kept)
        trained_on = models.card(model).trained_on
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    if isinstance(read, BackgroundTask):
        sentence = f"{names.in_markdown(model.called)} reads the class's {len(kept):,} drawings"
        progress.follow(read, sentence, state.key("try-again", "own"))
        return
    own = accuracy(read, np.array([drawing.label for drawing in kept], np.uint8))
    test = accuracy(outputs, dataset.mnist().test_labels)
    st.markdown(describe_shift(own, test, taught=bool(trained_on.fine_tunings)))


def describe_shift(own: Accuracy, test: Accuracy, taught: bool) -> str:
    """Return how the class's drawings are read beside the test images, and whether that is more than chance.

    A network that was taught such drawings has most likely learned from these: nothing is concluded from them.
    """
    (low, high), (test_low, test_high) = own.interval, test.interval
    sentence = (
        f"**The class's own hand**: {own.share:.1%} of {own.count:,} filed drawings are read right (95% interval "
        f"{low:.1%} to {high:.1%}), and {test.share:.2%} of the test images ({test_low:.2%} to {test_high:.2%}). "
    )
    if taught:
        return sentence + (
            "It was taught the class's hand, from most of the drawings there were then, so this flatters it. A fair "
            "test is under Your hand on the Draw page."
        )
    least, most = difference(own, test)
    if most < 0:
        return sentence + "It reads the class worse: these drawings differ from what it learned from."
    if least > 0:
        return sentence + "It reads the class even better than MNIST."
    return sentence + "That may be chance: so many drawings show no difference yet."
