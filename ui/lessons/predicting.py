"""The form in which a learner predicts, one for each kind of prediction."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import LessonError
from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.prediction import Choice, Curve, Numbers, Order, Prediction
from ui.components.curve_pen import curve_pen
from ui.lessons import state
from ui.shared import lessons, names, session, visitor


def ask(lesson: Lesson, passes: int) -> None:
    """Ask for the prediction, and keep it at a click."""
    _draw(lesson, passes)
    st.button(
        "Keep my prediction",
        type="primary",
        icon=":material/lock:",
        key=state.key("predict", lesson.id, passes),
        on_click=_keep,
        args=(lesson, passes),
    )
    if problem := session.take_problem():
        st.error(names.in_markdown(f"Not possible: {problem}."))


def _keys(lesson: Lesson, passes: int) -> list[str]:
    """Return the keys of the widgets that make up the prediction."""
    kind = lesson.prediction
    count = len(kind.parts) if isinstance(kind, Numbers) else len(kind.options) if isinstance(kind, Order) else 1
    return [state.key("prediction", lesson.id, passes, i) for i in range(count)]


def _draw(lesson: Lesson, passes: int) -> None:
    kind, keys = lesson.prediction, _keys(lesson, passes)
    if isinstance(kind, Choice):
        st.radio(
            kind.label,
            list(kind.options),
            index=None,
            format_func=lambda option: kind.options[option],
            horizontal=True,
            key=keys[0],
        )
    elif isinstance(kind, Numbers):
        for part, key in zip(kind.parts, keys, strict=True):
            st.number_input(
                f"{part.label} ({part.unit.strip()})" if part.unit else part.label,
                float(part.low),
                float(part.high),
                value=None,
                step=float(part.step),
                placeholder="your guess",
                key=key,
                width=420,
            )
    elif isinstance(kind, Order):
        for place, key in enumerate(keys, 1):
            st.radio(
                f"{kind.label}: place {place}",
                list(kind.options),
                index=None,
                format_func=lambda option: kind.options[option],
                horizontal=True,
                key=key,
            )
    else:
        st.markdown(f"{kind.label} A stroke that begins at the left edge begins anew; any other one mends the curve.")
        curve_pen(keys[0])


def _keep(lesson: Lesson, passes: int) -> None:
    """Keep what the widgets show at the click: what was typed or drawn just before it is sent together with it."""
    value: Prediction = [session.widget_value(key) for key in _keys(lesson, passes)]
    if isinstance(lesson.prediction, Curve):
        value = list((value[0] or {}).get("points") or [])
    elif any(one is None for one in value):
        session.set_problem("say first what you expect, so that there is something to compare with")
        return
    try:
        lessons.record().predict(lesson, value, asker=visitor.asker())
    except LessonError as error:
        session.set_problem(error)
