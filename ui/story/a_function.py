"""Screen 1: a model is a function y = F(x), under the pen."""

from __future__ import annotations

import streamlit as st

from mnist_core.architecture import parameter_count
from mnist_core.errors import CheckpointError
from mnist_core.figures.colours import DIGITS
from mnist_core.storage.png import to_brightness
from ui.cached import dataset, measurements, models
from ui.live import reading
from ui.shared import board_state, live_board, panels, session, small_board
from ui.shared.kept import DigitInHand
from ui.story import state

_SERVERS_DIGIT = state.key("servers-digit")


def show(model: models.ModelFile) -> None:
    """Draw the screen."""
    from mnist_core.model.inference import predict

    text, board, answer = st.columns([6, 5, 6], gap="medium")
    weights = parameter_count(models.card(model).config)
    text.markdown(
        "A **model** is a function: something goes in, something comes out.\n\n## y = F(x)\n\n"
        "Here *x* is your drawing, as 28 × 28 grey values. *y* is ten **probabilities**, one for each digit. *F* is a "
        f"**neural network** with {weights:,} **weights**; nobody wrote down what they have to be.\n\n"
        "**Draw a 4, then close its top, stroke by stroke.** The answer follows the pen: a little other *x*, a little "
        "other *y*."
    )
    with board:
        digits = small_board.canvas(state.PAGE, state.DRAWN, state.SIDE, state.BRUSH, whole=True)
        st.caption("x: draw here.")
    content = models.fingerprint(model)
    held = session.digit() or _example()
    found = predict(models.network(model), held.image)
    with answer:
        with st.container(key=_SERVERS_DIGIT):
            st.html(panels.read_digit_html(held.image, found))
            st.html(panels.bars_html(found))
        answers = []
        if digits == 1:
            answers = [(found, measurements.detector().describe_refusal(held.image) is not None)]
        try:
            objects = board_state.objects(state.PAGE)
            servers = live_board.servers_board(model, content, state.BRUSH, objects, answers, whole=True)
        except CheckpointError:  # the sidebar has said so
            return
        key = board_state.key(state.PAGE)
        reading.show_inside(state.key("live-digit"), key, servers, _SERVERS_DIGIT, DIGITS)
        st.caption("y: how likely each digit is, in the network's view.")


def _example() -> DigitInHand:
    data = dataset.mnist()
    return DigitInHand(to_brightness(data.test_images[4]), "Test image 4", int(data.test_labels[4]))
