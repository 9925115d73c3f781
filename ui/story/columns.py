"""The two columns of most screens."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def text_and_live() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return the column for the text, and the wider one for what is live."""
    text, live = st.columns([6, 7], gap="large")
    return text, live
