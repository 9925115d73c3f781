"""The board to draw on: streamlit-drawable-canvas behind one function."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit_drawable_canvas import st_canvas

from mnist_core.storage.png import png
from ui.components import board_arrows
from ui.draw import state
from ui.shared import session

SIDE = 300
"""CSS pixels; fits beside the margins of a phone 360 pixels wide."""
SOURCE = "Your drawing"
"""Where a digit from the board is from, in words."""


def canvas() -> tuple[dict[str, Any] | None, NDArray[np.uint8] | None]:
    """Draw the board with brush and clear; return the drawing as fabric.js objects and as RGBA pixels (H, W, 4).

    Before the first stroke there are no pixels. The board sends 200 ms after a stroke has ended, its own constant, or
    at once where the live reading has it do so. Back from another page or source it bears the same drawing, unless a
    digit from elsewhere was taken in hand.
    """
    width = st.slider(
        "Brush",
        8,
        40,
        20,
        key=state.key("brush"),
        persist_state="session",
        help="Width of the pen, in pixels. The network sees every drawing at the thickness of MNIST's own digits.",
    )
    held = session.digit()
    begun = state.begin_canvas(keep=held is None or held.source == SOURCE)
    result = st_canvas(
        stroke_width=width,
        stroke_color="#ffffff",
        background_color="#000000",
        width=SIDE,
        height=SIDE,
        initial_drawing=begun.json_data if begun else None,
        return_image_data=True,
        key=state.canvas_key(),
    )
    if begun and result.image_data is None:  # it sends nothing before the next stroke
        result = begun
    state.keep_drawn(result)
    with st.container(horizontal=True):
        st.button(
            "Clear",
            icon=":material/backspace:",
            on_click=_clear,
            shortcut="Delete",
            help="Wipe the board. The arrows above it undo and redo single strokes.",
        )
        drawn = result.image_data is not None and bool(result.image_data[..., :3].any())
        st.download_button(
            "PNG",
            (lambda: png(result.image_data)) if drawn else b"",  # made when it is asked for
            "drawing.png",
            "image/png",
            icon=":material/download:",
            on_click="ignore",
            disabled=not drawn,
            help="Save the drawing as a picture.",
        )
        board_arrows.show_arrows(state.canvas_key())
    return result.json_data, result.image_data


def brush() -> int:
    """Return the brush's width in canvas pixels; the board has been drawn."""
    return int(session.widget_value(state.key("brush")))


def objects() -> list[dict[str, Any]]:
    """Return the fabric.js objects on the board, which has been drawn."""
    drawn = state.drawn()
    return list((drawn.json_data or {}).get("objects", [])) if drawn else []


def _clear() -> None:
    state.new_canvas()
    session.drop_digit()
