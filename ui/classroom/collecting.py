"""Collect: ask everybody for drawings, see them come, strike out nonsense, and teach a network with some of them."""

from __future__ import annotations

import streamlit as st

from mnist_core.classroom.board import shown_names
from mnist_core.classroom.tasks import (
    MOST_EACH,
    all_drawings_of,
    close_task,
    count,
    drawings_of,
    set_task,
    strike_out,
    struck,
)
from ui.cached import classes, drawings
from ui.classroom import acting, state, trials
from ui.components.image_wall import Brick, wall
from ui.shared import session

_EVERY = 2.0
"""Seconds from one look to the next."""
_SHOWN = 120
"""Drawings to strike out, the latest."""


def show(now: classes.Now) -> None:
    """Draw the controls, what has come, and the networks that the class has taught."""
    left, right = st.columns([5, 4], gap="large")
    with left:
        _ask(now)
        st.fragment(_come, run_every=_EVERY)()
    with right:
        trials.show(now)


def _ask(now: classes.Now) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        digit = st.selectbox("Everybody draws the digit", range(10), 7, key=state.key("digit"), persist_state="session")
        each = st.number_input("times", 1, MOST_EACH, 3, key=state.key("each"), persist_state="session")
        number = now.task.number if now.task else 0
        st.button(
            "Ask all",
            type="primary",
            icon=":material/draw:",
            key=state.key("ask", number, state.turn()),
            on_click=acting.do,
            args=(set_task, now.classroom, digit, each),
            help="It stands at the top of everybody's pages, with how many of theirs have come.",
        )
        st.button(
            "That is enough",
            icon=":material/done_all:",
            key=state.key("enough", number),
            disabled=now.task is None,
            on_click=acting.do,
            args=(close_task, now.classroom),
            help="Ask for no more.",
        )


def _come() -> None:
    now = classes.now()
    if now is None:
        return
    kept = drawings.drawings()[0]
    if now.task:
        counted = count(now.task, drawings_of(now.classroom, kept))
        handed = sum(min(number, now.task.each) for number in counted.values())
        asked = now.task.each * len(now.seats)
        st.progress(handed / asked if asked else 0.0, f"**{now.task.describe()}** each: {handed} of {asked} have come")
        shown = shown_names(list(now.seats.values()), now.settings)
        waiting = [shown[seat] for seat in now.seats if counted.get(seat, 0) < now.task.each]
        if waiting and len(waiting) <= 8:
            st.caption(f"Still drawing: {', '.join(waiting)}.")
    _strike(now)


def _strike(now: classes.Now) -> None:
    made = all_drawings_of(now.classroom, drawings.drawings()[0])
    out = struck(now.classroom)
    if now.task:
        made = [one for one in made if one.label == now.task.digit]
    made = made[::-1][:_SHOWN]
    if not made:
        st.caption("No drawing has come yet.")
        return
    st.caption("Click a drawing that is nonsense to strike it out; click it again to take it back.")
    bricks = [
        Brick(place, one.image, "struck out" if one.id in out else str(one.label), f"a {one.label}")
        for place, one in enumerate(made)
    ]
    clicked = wall(bricks, state.key("strike", len(made), made[0].id))
    if clicked is not None:
        acting.do(strike_out, now.classroom, made[clicked].id, out=made[clicked].id not in out)
        if problem := session.take_problem():
            session.set_problem(problem)
        st.rerun(scope="fragment")
