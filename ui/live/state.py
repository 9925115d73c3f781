"""Session state of the components that follow by themselves: what they have told the server."""

from __future__ import annotations

from typing import Any

import streamlit as st


def told(key: str, name: str) -> Any:
    """Return what the component of that key has just told under that name; to be asked in its callback."""
    return st.session_state[key][name]
