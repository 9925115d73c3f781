"""Story: what a network is and how it comes about, in ten screens, each with one live thing; the last is a notebook."""

import streamlit as st

from mnist_core.errors import DigitLabError
from ui import shell
from ui.cached import dataset
from ui.shared import names, session
from ui.story import (
    a_function,
    bias_and_variance,
    development_cycle,
    hidden_layers,
    inputs_and_outputs,
    learning_rates,
    notebook,
    rules,
    same_distribution,
    state,
    training,
)

SCREENS = (
    ("A model is a function", a_function.show),
    ("Inputs and outputs", inputs_and_outputs.show),
    ("Rules, by hand or from examples", rules.show),
    ("Training lowers a loss", training.show),
    ("Layers", hidden_layers.show),
    ("Hyperparameters have to be tried", learning_rates.show),
    ("The development cycle", development_cycle.show),
    ("Bias and variance", bias_and_variance.show),
    ("The same distribution", same_distribution.show),
    ("The notebook", notebook.show),
)

shell.page("Story")
number = state.screen(len(SCREENS))
state.set_screen(number)
title, show = SCREENS[number - 1]
with st.container(horizontal=True, vertical_alignment="center"):
    st.title(f"{number}. {title}")
    with st.container(horizontal=True, width="content"):  # on a phone, both go into one line
        st.button(
            "Back",
            icon=":material/arrow_back:",
            key=state.key("back", number),
            disabled=number == 1,
            on_click=state.set_screen,
            args=(number - 1,),
        )
        st.button(
            "Next",
            icon=":material/arrow_forward:",
            type="primary",
            key=state.key("next", number),
            disabled=number == len(SCREENS),
            on_click=state.set_screen,
            args=(number + 1,),
        )
st.progress(number / len(SCREENS), f"Screen {number} of {len(SCREENS)}")

model = shell.model_or_stop()
if problem := session.take_problem():
    st.error(names.in_markdown(f"Not possible: {problem}."))
try:
    dataset.mnist()
    show(model)
except DigitLabError as error:
    st.error(names.in_markdown(error.sentence))
