"""Modules that are slow to import, imported before anybody waits for them."""

from __future__ import annotations

import importlib
import threading

import streamlit as st


@st.cache_resource(show_spinner=False)
def warm_up(*modules: str) -> None:
    """Import modules in the background once: the first click that needs them is then answered as fast as the second."""

    def load() -> None:
        for module in modules:
            importlib.import_module(module)

    threading.Thread(target=load, name="digit-lab-warm-up", daemon=True).start()
