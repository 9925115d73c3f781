"""Session state of the form of settings: the preset, the configuration, and which widgets show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnist_core.config import TrainConfig
from ui.shared import form_links, session

_CONFIG = "digit-lab.config"
_FORM = "digit-lab.form"
_PRESET = "digit-lab.preset"


def settings() -> tuple[str, TrainConfig]:
    """Return the preset and the configuration in the form: this visitor's, else the URL's, else the default.

    What the URL asks for and cannot be had becomes a problem (`session.take_problem`).
    """
    if _CONFIG not in st.session_state:
        asked = form_links.settings_in(st.query_params)
        set_settings(asked.preset, asked.config)
        if asked.problem:
            session.set_problem(asked.problem)
    return st.session_state[_PRESET], st.session_state[_CONFIG]


def set_settings(name: str, config: TrainConfig) -> None:
    """Put a preset's name and a configuration into the form."""
    st.session_state[_PRESET], st.session_state[_CONFIG] = name, config


def form() -> int:
    """Return the number of the form: widgets keyed with another number take their values anew."""
    return int(st.session_state.get(_FORM, 0))


def form_field(name: str, take: Callable[[Any], None]) -> dict[str, Any]:
    """Return what makes a widget one of the form's: its key, and a callback that gives its new value to `take`.

    The browser sends the fields of a replaced form until it has heard that they are gone, and Streamlit, which has
    forgotten their values by then, takes them for changed. Nobody has touched them: they are not heard.
    """
    number = form()
    key = f"{_FORM}.{name}.{number}"

    def changed() -> None:
        if number == form() and key in st.session_state:
            take(st.session_state[key])

    return {"key": key, "on_change": changed}


def renew_form() -> None:
    """Let the form's widgets show the configuration as it is now, whatever they showed before."""
    st.session_state[_FORM] = form() + 1
