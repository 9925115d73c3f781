"""One lesson, from its question to the learner's own sentence: each part is there once the one before is done."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import LessonError
from mnist_core.figures.lessons import curves_figure
from mnist_core.lessons.catalogue import LESSONS
from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.prediction import Curve
from mnist_core.lessons.record import LONGEST_SENTENCE, Entry
from ui.lessons import doing, predicting, state
from ui.shared import lessons, names, panels, session, visitor

_HEIGHT = 300
"""CSS pixels."""


def show(lesson: Lesson) -> None:
    """Draw the page of a lesson."""
    entry = lessons.record().entry(lesson)
    st.button(
        "All lessons",
        icon=":material/arrow_back:",
        type="tertiary",
        key=state.key("back"),
        on_click=state.open_lesson,
        args=(None,),
    )
    st.title(f"{lesson.number}. {lesson.title}")
    st.markdown(lesson.question)
    if entry.skipped and entry.result is None:
        _meaning(lesson, entry)
        return
    if entry.prediction is None:
        doing.show_before(lesson, entry)
        st.header("Your prediction")
        predicting.ask(lesson, entry.passes)
        _skip(lesson)
        return
    if entry.result is None:
        _under_way(lesson, entry)
        return
    _what_happened(lesson, entry)
    _meaning(lesson, entry)


def _under_way(lesson: Lesson, entry: Entry) -> None:
    """Draw the steps; once the check is fulfilled, keep what it found and draw the rest."""
    found = lessons.outcome(lesson, entry)
    if found.fulfilled:
        try:
            lessons.record().finish(lesson, found, doing.images(lesson, entry), asker=visitor.asker())
        except LessonError as error:
            st.error(names.in_markdown(error.sentence))
            st.stop()
        st.rerun()
    if problem := session.take_problem():
        st.error(names.in_markdown(f"Not possible: {problem}."))
    st.markdown(f"**Your prediction**: {names.in_markdown(lesson.prediction.describe(entry.prediction or []))}.")
    doing.show(lesson, entry, found)
    _skip(lesson)


def _what_happened(lesson: Lesson, entry: Entry) -> None:
    assert entry.result is not None
    st.header("What happened, beside what you predicted")
    if entry.prediction and entry.result.happened is not None:
        st.markdown(lesson.prediction.describe_comparison(entry.prediction, entry.result.happened))
    elif entry.prediction:
        st.markdown(f"You predicted **{names.in_markdown(lesson.prediction.describe(entry.prediction))}**.")
    drawn = [(x, y) for x, y in entry.prediction or []] if isinstance(lesson.prediction, Curve) else []
    if entry.result.curves:
        figure = curves_figure(entry.result.curves, entry.result.measure, drawn)
        panels.lines(figure, state.key("curves", lesson.id), _HEIGHT)
    if entry.images:
        pictures = "".join(
            f'<img class="pixels" src="{url}" alt="a drawing of this lesson" width="112" height="112" '
            'style="border-radius:6px">'
            for url in entry.images
        )
        st.html(f'<div style="display:flex;gap:.6rem">{pictures}</div>')
    st.markdown(entry.result.told)


def _meaning(lesson: Lesson, entry: Entry) -> None:
    st.header("What it means")
    st.markdown(lesson.meaning)
    st.markdown(f"**A challenge**: {lesson.challenge}")
    key = state.key("sentence", lesson.id)
    session.begin_widget(key, entry.sentence)
    st.text_area(
        "What would you tell a friend?",
        max_chars=LONGEST_SENTENCE,
        height=80,
        key=key,
        on_change=_say,
        args=(lesson, key),
        placeholder="One sentence in your own words.",
    )
    if problem := session.take_problem():
        st.error(names.in_markdown(f"Not possible: {problem}."))
    with st.container(horizontal=True):
        following = next((one for one in LESSONS if one.number == lesson.number + 1), None)
        st.button(
            f"Next: {following.title}" if following else "See all that you have done",
            type="primary",
            icon=":material/arrow_forward:",
            key=state.key("next", lesson.id),
            on_click=state.open_lesson,
            args=(following.id if following else None,),
        )
        st.button(
            "Do it once more" if entry.passes else "Do it after all",
            icon=":material/replay:",
            key=state.key("again", lesson.id),
            on_click=_again,
            args=(lesson,),
            help="A new prediction, and fewer hints." if entry.passes else None,
        )


def _skip(lesson: Lesson) -> None:
    st.button(
        "Skip to what it means",
        type="tertiary",
        key=state.key("skip", lesson.id),
        on_click=_change,
        args=("skip", lesson),
    )


def _again(lesson: Lesson) -> None:
    state.new_drawing()
    _change("again", lesson)


def _say(lesson: Lesson, key: str) -> None:
    try:
        lessons.record().say(lesson, session.widget_value(key) or "", asker=visitor.asker())
    except LessonError as error:
        session.set_problem(error)


def _change(what: str, lesson: Lesson) -> None:
    record = lessons.record()
    try:
        (record.skip if what == "skip" else record.again)(lesson, asker=visitor.asker())
    except LessonError as error:
        session.set_problem(error)
