"""The list of all lessons with what has been done of them, and the record to take home or to clear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.export.lessons_html import lessons_to_html
from mnist_core.lessons import clearing
from mnist_core.lessons.catalogue import LESSONS
from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.record import Entry
from ui.lessons import state
from ui.shared import lessons, names, session, visitor


def show() -> None:
    """Draw the page of all lessons."""
    entries = lessons.record().entries()
    done = sum(entry.passes > 0 for entry in entries.values())
    st.title("Lessons")
    if problem := session.take_problem():
        st.error(names.in_markdown(f"Not possible: {problem}."))
    st.markdown(
        "Each takes three to five minutes: **a question → your prediction → you do it → what happened → what it "
        "means.** Begin with any of them."
    )
    st.progress(done / len(LESSONS), f"{done} of {len(LESSONS)} done")
    for i in range(0, len(LESSONS), 3):
        for place, lesson in zip(st.columns(3), LESSONS[i : i + 3], strict=True):
            with place:
                _card(lesson, entries[lesson.id])
    _keep(entries)


def describe_state(entry: Entry) -> str:
    """Return how far a lesson is, in a few words."""
    if entry.open:
        return "begun"
    if entry.passes:
        return "done" if entry.passes == 1 else f"done {entry.passes} times"
    return "skipped" if entry.skipped else ""


def _card(lesson: Lesson, entry: Entry) -> None:
    told = describe_state(entry)
    icon = ":material/check_circle:" if entry.passes else ":material/play_circle:" if entry.open else None
    st.button(
        f"{lesson.number}. {lesson.title}" + (f" · *{told}*" if told else ""),
        icon=icon,
        key=state.key("open", lesson.id),
        on_click=state.open_lesson,
        args=(lesson.id,),
        width="stretch",
        help=lesson.question,
    )


def _keep(entries: Mapping[str, Entry]) -> None:
    """Offer the record as a page to take home, and to clear it."""
    begun = any(entry.begun or entry.passes or entry.skipped for entry in entries.values())
    with st.container(horizontal=True):
        st.download_button(
            "Take my lessons home",
            (lambda: lessons_to_html(entries, f"{date.today():%d %B %Y}")) if begun else "",
            "my-lessons.html",
            "text/html",
            icon=":material/download:",
            on_click="ignore",
            disabled=not begun,
            key=state.key("home"),
            help="One page with your predictions, curves, drawings and sentences. It opens without a network.",
        )
        with st.popover("Clear", icon=":material/delete:", disabled=not begun):
            st.markdown("This deletes your predictions, results and sentences. Your runs and drawings stay.")
            st.button("Delete them all", key=state.key("clear"), on_click=_do, args=(clearing.clear,))
        if clearing.is_cleared(lessons.record()):
            st.button(
                "Undo: bring my lessons back",
                icon=":material/undo:",
                key=state.key("bring-back"),
                on_click=_do,
                args=(clearing.bring_back,),
                help="Brings back what was cleared last; lessons that were begun since then stay as they are.",
            )
            st.button(
                "Remove for good",
                icon=":material/delete_forever:",
                key=state.key("remove"),
                on_click=_do,
                args=(clearing.remove_for_good,),
                help="Nothing of what was cleared is left then; it cannot be undone.",
            )


def _do(act: Callable[..., None]) -> None:
    try:
        act(lessons.record(), asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)
