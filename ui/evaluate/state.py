"""Session state of the Evaluate page: the cell of the confusion matrix, and the report that was asked for."""

from __future__ import annotations

import streamlit as st

from ui.shared import session

_CELL = "digit-lab.confusion-cell"
_REPORTED = "digit-lab.reported"


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key("evaluate", name, *parts)


def cell() -> tuple[int, int] | None:
    """Return the cell of the confusion matrix that was clicked last: the true digit and the digit read."""
    return st.session_state.get(_CELL)


def set_cell(true: int, read: int) -> None:
    """Look at another cell of the confusion matrix."""
    st.session_state[_CELL] = (true, read)


def reported() -> str | None:
    """Return the fingerprint of the model that a report was asked for last."""
    return st.session_state.get(_REPORTED)


def set_reported(fingerprint: str) -> None:
    """Ask for a report of the model with this fingerprint."""
    st.session_state[_REPORTED] = fingerprint
