"""Session state of the Draw page: the board, the drawings filed last, the test image on the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

if TYPE_CHECKING:
    from mnist_core.collection import Drawing

_CANVAS = "digit-lab.canvas"
_DELETED = "digit-lab.deleted"
_FILED = "digit-lab.filed"
_FILINGS = "digit-lab.filings"
_IMPORTS = "digit-lab.imports"


def label_key() -> str:
    """Return the key of the row of digits under a drawing: after each filing a fresh row."""
    return f"{_FILINGS}.{st.session_state.get(_FILINGS, 0)}"


def filed() -> Drawing | None:
    """Return the drawing that was filed last, as long as its board has not been wiped."""
    return st.session_state.get(_FILED)


def set_filed(drawing: Drawing | None) -> None:
    """Remember the drawing that was filed last."""
    st.session_state[_FILED] = drawing
    st.session_state[_FILINGS] = st.session_state.get(_FILINGS, 0) + 1


def deleted() -> list[Drawing]:
    """Return the drawings that were deleted last, for the undo."""
    return st.session_state.get(_DELETED, [])


def set_deleted(drawings: list[Drawing]) -> None:
    """Remember the drawings that were deleted last."""
    st.session_state[_DELETED] = drawings


def imports() -> int:
    """Return how many collections were imported: the uploader is a fresh one after each."""
    return int(st.session_state.get(_IMPORTS, 0))


def count_import() -> None:
    """Have a fresh uploader."""
    st.session_state[_IMPORTS] = imports() + 1


TEST_INDEX = "digit-lab.draw.index"
"""Key of the number of the test image on the board."""


def draw_test_index(count: int) -> None:
    """Put another of `count` test images on the board."""
    st.session_state[TEST_INDEX] = int(np.random.default_rng().integers(count))


def canvas() -> int:
    """Return the number of the current canvas; another number is another, empty canvas."""
    return int(st.session_state.get(_CANVAS, 0))


def new_canvas() -> None:
    """Replace the canvas by an empty one."""
    st.session_state[_CANVAS] = canvas() + 1
    st.session_state.pop(_FILED, None)
