"""The way into a class for a phone: the code, then one of three names; and what a seat sees of the class."""

from __future__ import annotations

import streamlit as st

from mnist_core.classroom.classroom import Classroom, find
from mnist_core.classroom.seats import join, offered_names
from mnist_core.errors import DigitLabError
from ui.cached import classes
from ui.classroom import another_device, state
from ui.live import class_routes, class_views
from ui.shared import names, seat_state, session, visitor


def show(now: classes.Now) -> None:
    """Let who has not joined yet join; show a seat who it is, and the board where everybody sees everybody."""
    asker = visitor.asker()
    if seat := now.seat(asker):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.title(f"You are {seat.name}", width="content")
            another_device.show(seat)
        if class_routes.may_see(asker, now):
            class_views.board()
        else:
            st.info("In this class everybody sees their own work only.")
        return
    st.title("Join the class")
    typed = session.asked("code") or ""
    if not typed:
        typed = st.text_input(
            "The code on the projector",
            max_chars=8,
            key=state.key("code"),
            placeholder="four letters",
            help="Four letters. Scanning the QR code types them for you.",
        )
        if not typed:
            st.stop()
    try:
        classroom = find(typed)
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        if session.asked("code"):
            st.query_params.clear()
            st.button("Type the code", key=state.key("again"))
        st.stop()
    if problem := session.take_problem():
        st.error(names.in_markdown(f"Not possible: {problem}."))
    st.markdown("**Who will you be?** Take a name.")
    if not state.offered(classroom.code):
        _offer(classroom)
    for name in state.offered(classroom.code):
        st.button(
            name,
            key=state.key("name", name),
            type="primary",
            width="stretch",
            on_click=_join,
            args=(classroom, name),
        )
    st.button(
        "Other names",
        icon=":material/refresh:",
        key=state.key("other-names"),
        width="stretch",
        on_click=_offer,
        args=(classroom,),
    )


def _offer(classroom: Classroom) -> None:
    state.offer(classroom.code, offered_names(classroom))


def _join(classroom: Classroom, name: str) -> None:
    try:
        join(classroom, name, asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)
        state.offer(classroom.code, [])
        return
    classes.forget()
    seat_state.go_where_all_are()
