"""One widget for one setting of the training in the form: drawn from it, and written back to it when it changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from mnist_core.config import field_info
from mnist_core.errors import ConfigError
from ui.shared import form, session

_NAMES = {
    "adam": "Adam",
    "adamw": "AdamW",
    "sgd": "SGD",
    "momentum": "SGD with momentum",
    "rmsprop": "RMSprop",
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "gelu": "GELU",
}
_INFO = {info.name: info for info in field_info()}


def change(**changes: Any) -> None:
    """Apply a change, or keep the settings and say why not."""
    name, config = form.settings()
    try:
        form.set_settings(name, config.replace(**changes))
    except ConfigError as error:
        session.set_problem(error)
        form.renew_form()


def current(field: str) -> Any:
    """Return a setting's value in the form."""
    return getattr(form.settings()[1], field)


def select_from(field: str, label: str, values: Sequence[float], format_func: Callable[[Any], str] = str) -> None:
    """Draw a slider over chosen values; a value from elsewhere (a link, a preset) joins them."""
    value = current(field)
    st.select_slider(
        label,
        sorted({*values, value}),
        value=value,
        format_func=format_func,
        **_in_form(field),
        help=_help(field),
    )


def slide(field: str, label: str, low: float, high: float, step: float = 1) -> None:
    """Draw a slider; a value from elsewhere (a link, a preset) beyond `high` moves its end."""
    value = current(field)
    st.slider(
        label,
        low,
        max(high, value),
        value,
        step,
        **_in_form(field),
        help=_help(field),
    )


def choose(field: str, label: str) -> None:
    """Draw a list of the field's choices."""
    choices = _INFO[field].choices
    st.selectbox(
        label,
        choices,
        index=choices.index(current(field)),
        format_func=lambda choice: _NAMES.get(choice, choice.capitalize()),
        **_in_form(field),
        help=_help(field),
    )


def pick_in(field: str, index: int, label: str, values: Sequence[int]) -> None:
    """Choose one entry of a field that is a list."""
    value = current(field)[index]

    def take(chosen: int) -> None:
        entries = list(current(field))
        if index < len(entries):  # or else the entry has just been taken away
            entries[index] = chosen
            change(**{field: tuple(entries)})

    st.select_slider(
        label,
        sorted({*values, value}),
        value=value,
        **form.form_field(f"{field}.{index}", take),
        help=_help(field),
    )


def toggle(field: str, label: str) -> None:
    """Draw a switch."""
    st.toggle(label, current(field), **_in_form(field), help=_help(field))


def _in_form(field: str) -> dict[str, Any]:
    return form.form_field(field, lambda value: change(**{field: value}))


def _help(field: str) -> str:
    return _INFO[field].help
