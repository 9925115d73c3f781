"""Session state of a lesson that is under way: what the strip has shown of it, and whether its visitor goes back."""

from __future__ import annotations

import time

import streamlit as st

STRIP, BACK = "digit-lab.lesson-strip", "digit-lab.lesson-strip-back"
"""Keys of the strip that is shown while a lesson is under way, and of its button."""
_HERE, _TOLD, _GOES_BACK = "digit-lab.lesson-here", "digit-lab.lesson-told", "digit-lab.lesson-goes-back"
_ON_THE_WAY = 10.0
"""Seconds after which nobody is on the way back any more: the page of the lessons may have been put away."""


def here() -> tuple[str, str] | None:
    """Return the page on which a lesson's step was to be done when the strip was last drawn, and the lesson's id."""
    return st.session_state.get(_HERE)


def set_here(place: tuple[str, str] | None) -> None:
    """Note it; None where the step is not one of the page that is drawn."""
    st.session_state[_HERE] = place


def told() -> str | None:
    """Return what the check told of the lesson when the strip was last drawn; None where there was none."""
    return st.session_state.get(_TOLD)


def set_told(told: str | None) -> None:
    """Note it."""
    st.session_state[_TOLD] = told


def goes_back_to() -> str | None:
    """Return the id of the lesson to which this visitor is on the way back, if there is one."""
    lesson_id, since = st.session_state.get(_GOES_BACK, (None, 0.0))
    return lesson_id if time.monotonic() - since < _ON_THE_WAY else None


def go_back_to(lesson_id: str) -> None:
    """Send the visitor back to a lesson, until its page has been drawn.

    It is a state and no step: whatever the browser asks for meanwhile draws the page where it was, and would undo a
    click or a change of pages.
    """
    st.session_state[_GOES_BACK] = lesson_id, time.monotonic()


def arrive() -> None:
    """Be on the way no more: a lesson's page, or the list of all, has been drawn."""
    st.session_state.pop(_GOES_BACK, None)
