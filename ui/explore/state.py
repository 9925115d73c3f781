"""Session state of the Explore page: what is looked at, here and in the URL."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.shared import session

_SEED = "digit-lab.seed"


def seed() -> int:
    """Return the seed of the random wall of images."""
    return int(st.session_state.get(_SEED, 0))


def next_seed() -> None:
    """Deal another random wall of images."""
    st.session_state[_SEED] = seed() + 1


EXPLORED = {"section": "image", "part": "training", "index": "0"}
"""What the Explore page shows first: its section, the part of MNIST and the index of an image in it."""


def explored(name: str) -> str | None:
    """Return one of `EXPLORED` as text, as it came (`session.choice`)."""
    return session.choice(name, f"digit-lab.explored.{name}")


def set_explored(**values: str | int) -> None:
    """Show something else on the Explore page, here and in the URL."""
    for name, value in values.items():
        session.set_choice(name, f"digit-lab.explored.{name}", str(value), EXPLORED[name])


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key("explore", name, *parts)


def value(name: str) -> Any:
    """Return what one of this page's widgets shows."""
    return session.widget_value(key(name))


def show(name: str, value: Any) -> None:
    """Let one of this page's widgets, not drawn yet, show a value."""
    session.show_in_widget(key(name), value)
