"""The board to draw on: streamlit-drawable-canvas behind one function."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from ui import state

SIDE = 300
"""CSS pixels; fits beside the margins of a phone 360 pixels wide."""


def canvas() -> dict[str, Any] | None:
    """Draw the board with brush and clear, and return the drawing as fabric.js objects; None before the first stroke.

    The board sends 200 ms after a stroke has ended; that delay is a constant of the component.
    """
    brush = st.slider(
        "Brush",
        8,
        40,
        20,
        key="digit-lab.brush",
        persist_state="session",
        help="Width of the pen, in pixels. The network sees every drawing at the thickness of MNIST's own digits.",
    )
    result = st_canvas(
        stroke_width=brush,
        stroke_color="#ffffff",
        background_color="#000000",
        width=SIDE,
        height=SIDE,
        key=f"digit-lab.canvas.{state.canvas()}",
    )
    st.button(
        "Clear",
        icon=":material/backspace:",
        on_click=_clear,
        shortcut="Delete",
        help="Wipe the board. The arrows under the board undo and redo single strokes.",
    )
    return result.json_data


def _clear() -> None:
    state.new_canvas()
    state.drop_digit()
