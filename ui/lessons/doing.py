"""The steps of a lesson: which is at hand, and what it is done with."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mnist_core.lessons.lesson import Lesson, Outcome, PlannedRun, Step
from mnist_core.lessons.record import Entry
from ui.lessons import board, convolution, gradient, state, threshold, trainings
from ui.shared import form, session

_PAGES = {"Train": "pages/4_Train.py", "Draw": "pages/6_Draw.py"}


def show_before(lesson: Lesson, entry: Entry) -> None:
    """Show what a prediction is about, where a lesson is about something that can be seen."""
    if lesson.id == "convolution":
        convolution.show_squares(entry)
    elif lesson.id == "backpropagation":
        gradient.show_image(entry)


def show(lesson: Lesson, entry: Entry, found: Outcome) -> None:
    """Draw the steps: those that are done with a tick, the one at hand with what it takes, the others in grey."""
    at_hand = min(found.step, len(lesson.steps) - 1)
    for i, step in enumerate(lesson.steps):
        if i < found.step:
            st.markdown(f":material/check: {step.text}")
            if step.part == "threshold":  # there is more to see than the check asks for
                threshold.show(lesson, entry)
        elif i == at_hand:
            st.markdown(f"**{i + 1}. {step.text}**")
            if entry.passes == 0 and step.hint:
                st.caption(step.hint)
            _do(lesson, entry, step, i)
        else:
            st.caption(f"{i + 1}. {step.text}")
    st.info(found.told)


def images(lesson: Lesson, entry: Entry) -> list[str]:
    """Return the drawings that belong to a lesson's result, as data URLs."""
    if lesson.id == "function":
        return board.flipped()
    return []


def _do(lesson: Lesson, entry: Entry, step: Step, number: int) -> None:
    if step.part == "board":
        board.show(lesson)
    elif step.part == "convolution":
        convolution.show(lesson, entry, number)
    elif step.part == "gradient":
        gradient.show(lesson, entry, number)
    elif step.part == "threshold":
        threshold.show(lesson, entry)
    if step.starts:
        trainings.show(lesson, entry, step.starts, number)
    if step.page == "Train":
        _open_train(lesson, step.opens)
    elif step.page == "Draw":
        _open_draw(lesson, step)


def _open_train(lesson: Lesson, planned: Sequence[PlannedRun]) -> None:
    """Offer to open Train with everything set; of several settings, one button for each."""
    with st.container(horizontal=True):
        for i, one in enumerate(planned):
            label = f"Open Train with {one.label}" if one.label else "Open Train with everything set"
            if st.button(label, type="primary", icon=":material/arrow_forward:", key=state.key("train", lesson.id, i)):
                form.set_settings(one.preset, one.config)
                form.renew_form()
                session.watch_no_run()
                st.switch_page(_PAGES["Train"])


def _open_draw(lesson: Lesson, step: Step) -> None:
    if st.button("Open Draw", type="primary", icon=":material/arrow_forward:", key=state.key("draw", lesson.id)):
        if step.model:
            session.set_model(step.model)
        st.switch_page(_PAGES["Draw"])
