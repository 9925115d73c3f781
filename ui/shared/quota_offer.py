"""What is offered to who has reached a quota: to delete the oldest of their own."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.handwriting.collection import collection
from mnist_core.handwriting.drawing import Drawing
from mnist_core.runs import trash
from mnist_core.runs.room import oldest_of
from mnist_core.runs.run import Run
from ui.cached import drawings
from ui.shared import names, session, visitor


def offer(place: str) -> None:
    """Draw the button, if this visitor has reached a quota just now.

    Args:
        place: where on the pages it is.
    """
    kind = session.quota_reached()
    if kind == "runs" and (run := oldest_of(visitor.asker())):
        st.button(
            f"Delete the oldest of yours: {names.in_markdown(names.name_of(run))}",
            icon=":material/delete:",
            key=session.widget_key("shared", "quota-run", place, run.id),
            on_click=_delete_run,
            args=(run,),
            help="It can be brought back on the Runs page, until the trash is emptied there, which frees the disk.",
        )
    if kind == "drawings" and (mine := [d for d in drawings.drawings()[0] if d.owner == visitor.asker().owner]):
        st.button(
            f"Delete the oldest of yours: a {mine[0].label}",
            icon=":material/delete:",
            key=session.widget_key("shared", "quota-drawing", place, mine[0].id),
            on_click=_delete_drawing,
            args=(mine[0],),
            help="It can be brought back until the trash is emptied.",
        )


def _delete_run(run: Run) -> None:
    try:
        trash.delete(run, asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)


def _delete_drawing(drawing: Drawing) -> None:
    try:
        collection().remove([drawing], asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)
