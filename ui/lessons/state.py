"""Session state of the Lessons page: which lesson is open, the board of a lesson, the runs that a click started."""

from __future__ import annotations

from typing import Any

import streamlit as st

from mnist_core.errors import LessonError
from mnist_core.lessons.catalogue import find_lesson
from mnist_core.lessons.lesson import Lesson
from ui.shared import session

_BOARD, _DRAWING, _BEGUN = "digit-lab.lessons.board", "digit-lab.lessons.drawing", "digit-lab.lessons.begun"
_READINGS = "digit-lab.lessons.readings"


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key("lessons", name, *parts)


def lesson() -> Lesson | None:
    """Return the lesson that the address names; None for the list of all. A name that is none is told."""
    asked = session.asked("lesson")
    if asked is None:
        return None
    try:
        return find_lesson(asked)
    except LessonError as error:
        session.set_problem(error)
        return None


def open_lesson(lesson_id: str | None) -> None:
    """Open a lesson, or with None the list of all."""
    if lesson_id is None:
        st.query_params.pop("lesson", None)
    else:
        st.query_params["lesson"] = lesson_id


def drawing() -> int:
    """Return how many drawings were begun on the lesson's board: each has a board of its own."""
    return int(st.session_state.get(_DRAWING, 0))


def board_key() -> str:
    """Return the key of the lesson's board; another key is another, empty board."""
    return f"{_BOARD}.{drawing()}"


def new_drawing() -> None:
    """Replace the lesson's board by an empty one."""
    st.session_state[_DRAWING] = drawing() + 1
    st.session_state.pop(_BEGUN, None)
    st.session_state.pop(_READINGS, None)


def keep_board(content: dict[str, Any] | None) -> None:
    """Remember what is on the lesson's board, as fabric.js has it."""
    st.session_state[_BEGUN] = content


def board_objects() -> list[dict[str, Any]]:
    """Return the fabric.js objects on the lesson's board, as they were kept last."""
    return list((st.session_state.get(_BEGUN) or {}).get("objects", []))


def images_read() -> list[tuple[str, bool]]:
    """Return what was read of the drawing, the oldest first: each image as a data URL, and whether it was refused."""
    return list(st.session_state.get(_READINGS, []))


def keep_image_read(url: str, rejected: bool) -> bool:
    """Remember what was read; return whether it is new, and not what the page has shown before."""
    before = images_read()
    if before and before[-1][0] == url:
        return False
    st.session_state[_READINGS] = [*before[-9:], (url, rejected)]
    return True
