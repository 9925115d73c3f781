"""Session state of the Runs page: which runs are ticked, and the field for an uploaded run."""

from __future__ import annotations

import streamlit as st

from ui.shared import session

_TICKED = "digit-lab.ticked"
_UPLOAD = "digit-lab.upload"
_TABLE = "digit-lab.table"

PAGE_WIDGET = "digit-lab.runs.page"
"""Key of the choice of a page of that table."""


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key("runs", name, *parts)


def ticked() -> list[str]:
    """Return the ids of the runs that are ticked on the Runs page, in the order of the ticks (`session.choice`)."""
    asked = session.choice("runs", _TICKED)
    return asked.split(",") if asked else []


def set_ticked(ids: list[str]) -> None:
    """Tick other runs, here and in the URL: a link opens the same comparison."""
    session.set_choice("runs", _TICKED, ",".join(ids), default="")


def show_ticked(run_id: str) -> None:
    """Tick one run alone, and show the page of the table that it is on."""
    set_ticked([run_id])
    st.session_state.pop(PAGE_WIDGET, None)


def table_key() -> str:
    """Return the key of the table of runs."""
    return key("table", st.session_state.get(_TABLE, 0))


def new_table() -> None:
    """Replace the table of runs by another one, whose ticks are set here.

    A browser that has yet to hear of them may say once more which rows were ticked in the old one, and this would undo
    an import, or tick other runs where the rows have moved: of a table that is no more drawn it is passed over.
    """
    st.session_state[_TABLE] = st.session_state.get(_TABLE, 0) + 1


def upload() -> int:
    """Return the number of the field for a run's zip file; another number is another, empty field."""
    return int(st.session_state.get(_UPLOAD, 0))


def new_upload() -> None:
    """Replace the field for a run's zip file by an empty one."""
    st.session_state[_UPLOAD] = upload() + 1
