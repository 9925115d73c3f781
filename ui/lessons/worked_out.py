"""The field in which a learner types a number that they have worked out."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import LessonError
from mnist_core.lessons.facts import Answer
from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.typed_number import read_number
from ui.shared import lessons, names

_LONGEST = 20
"""Characters. A field for numbers alone would drop a comma and a printed minus sign without a word."""


def ask(label: str, key: str, lesson: Lesson, name: str, right: float) -> None:
    """Ask for the number `right`, and keep the answer under `name`; what is no number is refused in a sentence."""
    with st.form(key, border=False):
        typed = st.text_input(label, width=220, max_chars=_LONGEST, placeholder="such as −0.25")
        if not st.form_submit_button("Check it", type="primary", icon=":material/done:"):
            return
        try:
            given = read_number(typed)
        except LessonError as error:
            st.error(names.in_markdown(f"Not possible: {error}."))
            return
    lessons.note(lesson, Answer(name=name, given=given, right=right))
    st.rerun()
