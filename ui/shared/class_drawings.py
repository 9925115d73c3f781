"""The drawings that the class has filed, with a warning of those that cannot be read."""

from __future__ import annotations

import streamlit as st

from mnist_core.handwriting.drawing import Drawing
from ui.cached import drawings
from ui.shared import names


def readable() -> list[Drawing]:
    """Return the drawings that can be read, the oldest first, and warn of the others. Do not change the list."""
    kept, damaged = drawings.drawings()
    if damaged:
        st.warning(
            names.in_markdown(
                f"{len(damaged)} drawing(s) in the collection are damaged and were passed over: {damaged[0]}."
            )
        )
    return kept
