"""The place in the sidebar where the teacher's key is entered; only for who is not the teacher."""

from __future__ import annotations

import streamlit as st

from mnist_core.asker import TEACHER
from mnist_core.errors import DigitLabError
from ui.server.teacher_key import TEACHER_KEY
from ui.shared import names, session, visitor

_WIDGET = session.widget_key("sidebar", "teacher-key")


def key_field() -> None:
    """Draw the field, or nothing for the teacher."""
    if visitor.asker() == TEACHER:
        return
    with st.popover("For the teacher", icon=":material/key:", type="tertiary"):
        with st.form(session.widget_key("sidebar", "teacher"), border=False, enter_to_submit=True):
            key = st.text_input(
                "The teacher's key",
                type="password",
                max_chars=64,
                key=_WIDGET,
                autocomplete="off",
                help="The server's terminal shows it when the server starts.",
            )
            entered = st.form_submit_button("Enter", help="Whoever enters the key may change everything.")
        if entered:
            try:
                TEACHER_KEY.enter(key, visitor.seat(), visitor.address())
            except DigitLabError as error:
                st.error(names.in_markdown(error.sentence))
            else:
                st.rerun()
