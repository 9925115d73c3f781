"""Screen 4: training lowers a loss, step by step."""

from __future__ import annotations

import streamlit as st

from mnist_core.figures.colours import TRAINING
from ui.shared import panels
from ui.story import columns, small_model, state


def show(_: object) -> None:
    """Draw the screen."""
    text, live = columns.text_and_live()
    text.markdown(
        "**Training** goes in a circle:\n\n"
        "1. Let the model read training images.\n"
        "2. Compare its answers with the labels: the **loss** is one number for how wrong they are.\n"
        "3. **Backpropagation** tells of every weight which way the loss would fall.\n"
        "4. Change every weight a little that way. That is one **step**.\n\n"
        "A weight that had much to do with a mistake changes much; one that had nothing to do with it stays.\n\n"
        f"This small model has 7,850 weights and learns from {small_model.IMAGES:,} images. At first all digits are "
        "equally likely, and the loss is 2.30 (ln 10)."
    )
    whole, done = small_model.trained(0.5), state.steps_done()
    with live:
        with st.container(horizontal=True):
            for count, label in ((1, "One step"), (10, "Ten steps")):
                st.button(
                    label,
                    icon=":material/step:",
                    key=state.key("steps", count, done),
                    type="primary" if count == 1 else "secondary",
                    disabled=done >= small_model.STEPS,
                    on_click=state.set_steps_done,
                    args=(min(done + count, small_model.STEPS),),
                )
            st.button(
                "Start anew", icon=":material/refresh:", key=state.key("anew", done), on_click=_anew, disabled=not done
            )
        losses = whole.losses[: done + 1]
        chart = small_model.losses_figure("Loss of the small model", {"loss": (losses, TRAINING)})
        panels.lines(chart, state.key("descent"), 250)
        st.markdown(describe_descent(losses, whole.accuracies[done]))


def describe_descent(losses: list[float], accuracy: float) -> str:
    """Return what the steps so far have done, in a sentence."""
    steps = len(losses) - 1
    if not steps:
        return f"No step yet: the loss is {losses[0]:.2f}, and all images get the same answer."
    by = f"{steps} step{'s' if steps > 1 else ''}"
    of = f"{accuracy:.0%} of the {small_model.IMAGES:,} images"
    return f"After {by} the loss is {losses[-1]:.2f}, and {of} are read right."


def _anew() -> None:
    state.set_steps_done(0)
