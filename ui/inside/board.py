"""A small board beside the layers: what is drawn on it is the digit in hand, and the first layer follows the pen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from mnist_core.drawing.segmentation import digits_of_strokes
from mnist_core.drawing.strokes import from_canvas
from mnist_core.errors import CheckpointError, DrawingError
from mnist_core.figures.colours import DIGITS
from mnist_core.figures.diverging import largest
from ui.cached import measurements, models
from ui.components import board_arrows
from ui.inside import state
from ui.live import reading
from ui.shared import live_board, names, session

if TYPE_CHECKING:
    from mnist_core.explain.activations import Activation
    from mnist_core.model.inference import Prediction

SIDE = 180
"""CSS pixels; beside the layers on a projector, with digit and bars above it."""
BRUSH = 13
SERVERS_DIGIT = state.key("servers-digit")
"""Key of the container with digit and bars as the server knows them; out of sight while the browser is ahead."""


def canvas() -> int:
    """Draw the board, take the first digit on it in hand, and return how many there are.

    Back from another page it bears the same drawing, unless a digit from elsewhere was taken in hand.
    """
    held = session.digit()
    result = st_canvas(
        stroke_width=BRUSH,
        stroke_color="#ffffff",
        background_color="#000000",
        width=SIDE,
        height=SIDE,
        initial_drawing=state.begin_board(keep=held is not None and held.source == state.DRAWN),
        key=state.BOARD,
    )
    had = state.board_objects()
    state.keep_board(result.json_data)
    board_arrows.show_arrows(state.BOARD)
    if state.board_objects():
        try:
            digits = digits_of_strokes(from_canvas(result.json_data))
        except DrawingError as error:
            st.caption(names.in_markdown(error.sentence))
            return 0
        session.set_digit(digits[0][1], state.DRAWN)
        return len(digits)
    if had and held is not None and held.source == state.DRAWN:
        session.drop_digit()  # every stroke was undone
    return 0


def show_digit(model: models.ModelFile, content: str, digits: int, found: Prediction) -> None:
    """Show digit and bars as the browser reads them while it is ahead of the server.

    Args:
        model: in hand.
        content: the SHA-256 of its file before the server read the digit in hand.
        digits: on the board, of which the first is in hand.
        found: what the server reads in that digit.
    """
    held = session.digit()
    try:
        answers = []
        if digits == 1 and held is not None:
            answers = [(found, measurements.detector().reason(held.image) is not None)]
        told = live_board.told(model, content, BRUSH, state.board_objects(), answers)
    except CheckpointError:  # the page has said so
        return
    reading.show_inside(state.key("live-digit"), state.BOARD, told, SERVERS_DIGIT, DIGITS)


def show_maps(chart: str, found: Activation) -> None:
    """Have the chart of the first layer's maps, `found`, follow the pen."""
    reading.show_maps(state.key("live-maps"), state.BOARD, chart, largest(found.values))
