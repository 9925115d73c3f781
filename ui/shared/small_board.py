"""A small board beside something else: what is drawn on it is the digit in hand."""

from __future__ import annotations

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.segmentation import digits_of_strokes
from mnist_core.drawing.strokes import from_canvas
from mnist_core.errors import CheckpointError, DrawingError
from ui.cached import measurements
from ui.components import board_arrows
from ui.shared import board_state, names, session


def canvas(page: str, drawn: str, side: int, brush: int, *, whole: bool = False) -> int:
    """Draw the board, take the first digit on it in hand, and return how many there are.

    Back from another page it bears the same drawing, unless a digit from elsewhere was taken in hand.

    Args:
        page: on which it is, as in the keys of its widgets.
        drawn: where a digit on it is from, in words that no other page uses.
        side: CSS pixels.
        brush: width of the pen, CSS pixels.
        whole: whether all strokes are one digit, however they lie.
    """
    held = session.digit()
    key = board_state.key(page)
    result = st_canvas(
        stroke_width=brush,
        stroke_color="#ffffff",
        background_color="#000000",
        width=side,
        height=side,
        initial_drawing=board_state.begin(page, kept=held is not None and held.source == drawn),
        key=key,
    )
    had = board_state.objects(page)
    board_state.keep(page, result.json_data)
    board_arrows.show_arrows(key)
    if board_state.objects(page):
        try:
            strokes = from_canvas(result.json_data)
            if whole:
                images = [from_strokes(strokes)]
            else:
                images = [image for _, image in digits_of_strokes(strokes, measurements.detector().judge)]
        except (CheckpointError, DrawingError) as error:
            st.caption(names.in_markdown(error.sentence))
            return 0
        session.set_digit(images[0], drawn)
        return len(images)
    if had and held is not None and held.source == drawn:
        session.drop_digit()  # every stroke was undone
    return 0
