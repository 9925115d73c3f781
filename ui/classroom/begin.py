"""Before a class: begin one with a click; what is stored of it, and where; the classes that have ended."""

from __future__ import annotations

import streamlit as st

from mnist_core.classroom import classroom
from mnist_core.classroom.classroom import classes as all_classes
from ui.classroom import acting, ending, state, stored


def show() -> None:
    """Offer to begin a class, and what there is of those that have ended."""
    st.title("Class")
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.markdown(
            "Thirty phones on this computer, and you in charge: everybody scans a code, takes a name from a list, and "
            "trains and draws. You see every seat on a board, pause all, bring all to a page, collect drawings, and go "
            "home with everything or with nothing left behind. No connection to the internet is needed."
        )
        st.button(
            "Begin a class",
            type="primary",
            icon=":material/groups:",
            key=state.key("begin", state.turn()),
            on_click=acting.do,
            args=(classroom.begin,),
            help="Makes a class with a short code. Until it ends, who is not the teacher has to join it.",
        )
        for ended in all_classes():
            ending.ended_class(ended)
    with right.container(border=True):
        stored.show()
