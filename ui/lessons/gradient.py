"""Lesson 10: an image in doubt, p, y and h of one weight, the field for its gradient, and one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.errors import DigitLabError
from mnist_core.formatting import signed
from mnist_core.lessons.backpropagation import GRADIENT, LOSS
from mnist_core.lessons.exercises import DOUBTFUL_IMAGES
from mnist_core.lessons.facts import Answer
from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.record import Entry
from mnist_core.storage.png import to_brightness
from ui.cached import dataset, models
from ui.lessons import state, worked_out
from ui.shared import lessons, names, panels

if TYPE_CHECKING:
    from mnist_core.explain.gradient import OutputWeight
    from mnist_core.model.network import DigitNet

_MODEL = "notebook"
_RATES = (0.001, 0.01, 0.1)
"""Learning rates of the one step."""


@dataclass(frozen=True, slots=True)
class _Case:
    network: DigitNet
    image: NDArray[np.float32]
    label: int
    weight: OutputWeight


def show_image(entry: Entry) -> None:
    """Show the image: what the prediction is about."""
    if case := _case(entry):
        st.html(panels.pixels_html(case.image, 140, f"a test image of a {case.label}"))
        st.caption(f"Its true digit is {case.label}; the network gives that digit {case.weight.probability:.1%}.")


def show(lesson: Lesson, entry: Entry, number: int) -> None:
    """Show what the gradient is made of, and ask for it; then offer one step."""
    case = _case(entry)
    if case is None:
        return
    weight = case.weight
    picture, facts = st.columns([1, 3], gap="medium", vertical_alignment="center")
    picture.html(panels.pixels_html(case.image, 140, f"a test image of a {case.label}"))
    facts.markdown(
        f"- true digit: **{case.label}**\n"
        f"- p = **{weight.probability:.3f}**: what the network gives the {weight.digit}\n"
        f"- y = **{weight.target:g}**: what it should give\n"
        f"- h = **{signed(weight.activation, 3)}**: what unit {weight.unit} puts out"
    )
    if number == 0:
        worked_out.ask("(p − y) · h", state.key("gradient", entry.passes), lesson, GRADIENT, weight.gradient)
        return
    rate = st.select_slider("Length of the step (learning rate)", _RATES, _RATES[1], key=state.key("step-rate"))
    if st.button("Do one step", type="primary", icon=":material/steps:", key=state.key("step", entry.passes)):
        from mnist_core.explain.gradient import loss_after_step

        after = loss_after_step(case.network, case.image, case.label, rate)
        lessons.note(lesson, Answer(name=LOSS, given=after, right=weight.loss))
        st.rerun()


def _case(entry: Entry) -> _Case | None:
    from mnist_core.explain.gradient import output_weight

    model = models.find_model(_MODEL)
    index = DOUBTFUL_IMAGES[entry.passes % len(DOUBTFUL_IMAGES)]
    try:
        assert model is not None, "a shipped network"
        data, network = dataset.mnist(), models.network(model)
        image, label = to_brightness(data.test_images[index]), int(data.test_labels[index])
        return _Case(network, image, label, output_weight(network, image, label, label))
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return None
