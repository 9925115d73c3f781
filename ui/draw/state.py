"""Session state of the Draw page: the board and what is drawn on it, the drawings filed here, the test image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.handwriting.collection import collection
from ui.shared import session
from ui.shared.kept import kept

if TYPE_CHECKING:
    from streamlit_drawable_canvas import CanvasResult

    from mnist_core.handwriting.collection import Drawing

_BEGUN = "digit-lab.board-begun"
_CANVAS = "digit-lab.canvas"
_DRAWN = "digit-lab.board-drawn"
_FILINGS = "digit-lab.filings"
_IMPORTS = "digit-lab.imports"
_COUNTED = "digit-lab.draw.counted-upload"


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key("draw", name, *parts)


def label_key() -> str:
    """Return the key of the row of digits under a drawing: after each filing a fresh row."""
    return f"{_FILINGS}.{st.session_state.get(_FILINGS, 0)}"


def filed(image: NDArray[np.float32]) -> Drawing | None:
    """Return what this visitor filed of just this `image`, (28, 28), as long as it is in the collection."""
    drawing = kept().filed.get(image.tobytes())
    return drawing if drawing and drawing in collection() else None


def set_filed(image: NDArray[np.float32], drawing: Drawing | None) -> None:
    """Remember as what `image` was filed; None where that was undone."""
    if drawing:
        kept().filed[image.tobytes()] = drawing
    else:
        kept().filed.pop(image.tobytes(), None)
    st.session_state[_FILINGS] = st.session_state.get(_FILINGS, 0) + 1


def imports() -> int:
    """Return how many collections were imported: the uploader is a fresh one after each."""
    return int(st.session_state.get(_IMPORTS, 0))


def count_import() -> None:
    """Have a fresh uploader."""
    st.session_state[_IMPORTS] = imports() + 1


def counted_upload() -> str:
    """Return which uploaded picture was counted last (`mnist_core.quotas.Uploads`); empty before any."""
    return str(st.session_state.get(_COUNTED, ""))


def set_counted_upload(file: str) -> None:
    """Note that a picture has been counted: the page is drawn many times with it."""
    st.session_state[_COUNTED] = file


TEST_INDEX = "digit-lab.draw.index"
"""Key of the number of the test image on the board."""


def draw_test_index(count: int) -> None:
    """Put another of `count` test images on the board."""
    st.session_state[TEST_INDEX] = int(np.random.default_rng().integers(count))


def canvas_key() -> str:
    """Return the key of the current canvas; another key is another, empty canvas."""
    return f"{_CANVAS}.{st.session_state.get(_CANVAS, 0)}"


def new_canvas() -> None:
    """Replace the canvas by an empty one."""
    st.session_state[_CANVAS] = st.session_state.get(_CANVAS, 0) + 1
    _keep(None)


def begin_canvas(keep: bool) -> CanvasResult | None:
    """Return what the canvas, about to be drawn, has to begin with: None for nothing.

    A canvas forgets everything when a page does not draw it or is loaded anew. One that comes back begins with what was
    drawn last, if that is to be kept, and as long as it stays its beginning stays the same: another one would undo
    every stroke since.
    """
    if canvas_key() not in st.session_state:
        st.session_state[_BEGUN] = st.session_state.get(_DRAWN, kept().drawn) if keep else None
    return st.session_state.get(_BEGUN)


def keep_drawn(drawn: CanvasResult) -> None:
    """Remember what is on the canvas, for the time when it comes back."""
    _keep(drawn)


def drawn() -> CanvasResult | None:
    """Return what is on the canvas, as it was kept last."""
    return st.session_state.get(_DRAWN)


def _keep(drawn: CanvasResult | None) -> None:
    st.session_state[_DRAWN] = kept().drawn = drawn
