"""Session state of the sweeps on the Runs page: which is shown, what a new one varies, and the prediction."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mnist_core.sweeps.space import Value
from ui.shared import session

_CHOSEN = "digit-lab.sweep"
_VIEW = "digit-lab.runs-view"
_PREDICTION = "digit-lab.sweep-prediction"

NEW = "new"
"""Chosen while the form of a new sweep is shown."""


def key(name: str, *parts: object) -> str:
    """Return the key of one of these widgets; `parts` tell apart those of the same name."""
    return session.widget_key("sweeps", name, *parts)


def is_shown() -> bool:
    """Return whether the Runs page shows sweeps and not runs."""
    return session.choice("view", _VIEW) == "sweeps"


def show(*, sweeps: bool) -> None:
    """Let the Runs page show sweeps, or runs."""
    session.set_choice("view", _VIEW, "sweeps" if sweeps else "", default="")


def chosen() -> str:
    """Return the id of the sweep that is shown, `NEW`, or "" where nothing was chosen."""
    return session.choice("sweep", _CHOSEN) or ""


def choose(sweep_id: str) -> None:
    """Show another sweep, here and in the URL."""
    session.set_choice("sweep", _CHOSEN, sweep_id, default="")


def prediction() -> Mapping[str, Value] | None:
    """Return where the learner thinks that the best point of the next sweep lies; None before a click."""
    return st.session_state.get(_PREDICTION)


def predict(place: Mapping[str, Value] | None) -> None:
    """Note where the learner thinks that the best point of the next sweep lies."""
    st.session_state[_PREDICTION] = place


def see_run(run_id: str) -> None:
    """Show the list of runs, with one run ticked in it."""
    show(sweeps=False)
    st.query_params["runs"] = run_id
