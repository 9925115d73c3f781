"""The section of the Evaluate page on how far a network's certainty can be trusted."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.evaluation.calibration import answered, expected_calibration_error, reliability
from mnist_core.evaluation.measurement import Measurement, Temperature
from mnist_core.evaluation.predictions import Outputs
from mnist_core.figures.evaluation import answered_figure, reliability_figure
from mnist_core.glossary.terms import meaning
from mnist_core.model.softmax import softmax
from mnist_core.model.training_data import TrainingData
from ui.cached import dataset
from ui.evaluate import state
from ui.shared import panels

_HEIGHT = 330
"""CSS pixels."""


@st.fragment
def confidence(measured: Measurement, outputs: Outputs, trained_on: TrainingData) -> None:
    """Show reliability before and after temperature scaling, and the accuracy of a network that may refuse."""
    if measured.temperature is None:
        st.info("The temperature is fitted on images besides the test images: they are being read, see above.")
        return
    correct = outputs.correct(dataset.mnist().test_labels)
    scaled = softmax(outputs.logits, measured.temperature.value).max(1)
    left, right = st.columns(2, gap="large")
    with left:
        _reliability(measured.temperature, trained_on, outputs.confidence, scaled, correct)
    with right:
        _answers(scaled, correct)


def _reliability(
    fitted: Temperature,
    trained_on: TrainingData,
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    correct: NDArray[np.bool_],
) -> None:
    images = fitted.describe_images(trained_on)
    figure = reliability_figure(reliability(before, correct), reliability(after, correct))
    panels.lines(figure, state.key("reliability"), _HEIGHT)
    errors = [expected_calibration_error(sure, correct) for sure in (before, after)]
    st.caption(
        f"On average it is {before.mean():.2%} sure, and {correct.mean():.2%} of the test images are read right. "
        f"On {images} it was {_describe_certainty(fitted.value)}: the best temperature, by which its "
        f"logits are divided, is {fitted.value:.2f}. On the test images the expected calibration error is "
        f"{errors[0]:.2%} before and {errors[1]:.2%} after: "
        + ("scaling helps." if round(errors[1], 4) < round(errors[0], 4) else "there was nothing to gain.")
        + " Below the dotted line it is too sure; large points hold many images."
    )
    if fitted.source == "validation":
        st.caption(f"The temperature was fitted on {images}, not on the test images.")
    else:
        st.caption(
            f"No images of MNIST were kept back from its training, so the temperature was fitted on {images}. It is "
            "surer of these than of new ones: the temperature is too optimistic."
        )


def _answers(confidence: NDArray[np.float64], correct: NDArray[np.bool_]) -> None:
    chart = st.container()
    percent = st.slider(
        "It answers only when at least this sure (%)",
        10,
        100,
        90,
        key=state.key("threshold"),
        persist_state="session",
        help=meaning("threshold"),
    )
    curve = answered(confidence, correct)
    with chart:
        panels.lines(answered_figure(curve, percent / 100), state.key("answered"), _HEIGHT)
    share, right = curve.at(percent / 100)
    if right is None:
        st.caption(f"It is never {percent}% sure, so it answers nothing.")
    else:
        asked = len(correct) - round(share * len(correct))
        st.caption(
            f"From {percent}% sure it answers {share:.2%} of the images, and {right:.2%} of its answers "
            f"are right, against {correct.mean():.2%} when it must always answer. It leaves {asked:,} images to "
            "a person. (After temperature scaling.)"
        )


def _describe_certainty(temperature: float) -> str:
    if temperature > 1.05:
        return "too sure"
    return "not sure enough" if temperature < 0.95 else "about as sure as it should be"
