"""Session state of a page's small board (`small_board`): what is drawn on it, kept while other pages are visited."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.shared import session


def key(page: str) -> str:
    """Return the key of a page's small board (`small_board`)."""
    return session.widget_key(page, "board")


def begin(page: str, *, kept: bool) -> dict[str, Any] | None:
    """Return what a page's small board, about to be drawn, has to begin with: None for nothing.

    It forgets everything when another page is drawn, and its beginning must stay the same while it is there.
    """
    if key(page) not in st.session_state:
        drawn = st.session_state.get(session.widget_key(page, "board-drawn"))
        st.session_state[session.widget_key(page, "board-begun")] = drawn if kept else None
    begun: dict[str, Any] | None = st.session_state.get(session.widget_key(page, "board-begun"))
    return begun


def keep(page: str, drawing: dict[str, Any] | None) -> None:
    """Remember what is on a page's small board, as fabric.js has it."""
    st.session_state[session.widget_key(page, "board-drawn")] = drawing


def objects(page: str) -> list[dict[str, Any]]:
    """Return the fabric.js objects on a page's small board, as they were kept last."""
    return list((st.session_state.get(session.widget_key(page, "board-drawn")) or {}).get("objects", []))
