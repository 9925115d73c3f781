"""The strip at the top of a page while a lesson is under way: what to do now, and the way back to the lesson."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.lessons.lesson import Lesson, Outcome
from mnist_core.lessons.record import lesson_under_way
from ui.shared import lesson_state, lessons, seat

LESSONS_PAGE = "pages/1_Lessons.py"
_STYLE = """
<style>
.st-key-digit-lab-lesson-strip { background: color-mix(in srgb, #3b82c4 16%, transparent); border-radius: 8px;
    padding: .4rem .8rem }
@media (max-width: 640px) { .st-key-digit-lab-lesson-strip p { font-size: .9rem } }
</style>
"""


def show(page: str) -> None:
    """Draw the strip on a page, or go back to the lesson where what was to be done on this page is done."""
    lesson_state.set_told(None)
    # The lesson's own page shows no strip, and looks by itself: here it is for the class's board alone.
    seen = _look() if page != "Lessons" or seat.sits_in_class() else None
    seat.note_doing(page, *(seen or (None, None)))
    if page != "Lessons" and (lesson_id := lesson_state.goes_back_to()):
        _go_back(lesson_id)
    if page == "Lessons" or seen is None:
        lesson_state.set_here(None)
        return
    lesson, found = seen
    here = found.step < len(lesson.steps) and lesson.steps[found.step].page == page
    # After a reload nobody knows what was seen here before: then only a lesson that is done leads back.
    done = found.fulfilled and any(step.page == page for step in lesson.steps)
    if done or (not here and lesson_state.here() == (page, lesson.id)):
        lesson_state.go_back_to(lesson.id)
        _go_back(lesson.id)
    lesson_state.set_here((page, lesson.id) if here else None)
    lesson_state.set_told(found.told)
    _draw(lesson, found, here)


def refresh() -> None:
    """In a fragment of a page: draw the whole page anew where what the strip says is true no more."""
    if lesson_state.told() is None or (seen := _look()) is None:
        return
    if seen[1].told != lesson_state.told():
        st.rerun()


def _look() -> tuple[Lesson, Outcome] | None:
    """Return the lesson that is under way and what its check finds; None where there is none."""
    try:
        record = lessons.record()
        lesson = lesson_under_way(record)
        return (lesson, lessons.outcome(lesson, record.entry(lesson))) if lesson else None
    except DigitLabError:  # the page itself says what cannot be read
        return None


def _go_back(lesson_id: str) -> None:
    st.switch_page(LESSONS_PAGE, query_params={"lesson": lesson_id})


def _draw(lesson: Lesson, found: Outcome, here: bool) -> None:
    st.html(_STYLE)
    with st.container(key=lesson_state.STRIP):
        text, button = st.columns([8, 2], vertical_alignment="center")
        doing = f"{lesson.steps[found.step].text} *{found.missing}*" if here else "It goes on where you left it."
        text.markdown(f"**Lesson {lesson.number}, {lesson.title}**: {doing}")
        button.button(
            "Back to the lesson",
            icon=":material/undo:",
            key=lesson_state.BACK,
            on_click=lesson_state.go_back_to,
            args=(lesson.id,),
        )
