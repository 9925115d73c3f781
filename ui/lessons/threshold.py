"""Lesson 12: a threshold of certainty, and what it leaves of a network's answers on the test images."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.evaluation.predictions import Outputs
from mnist_core.lessons.facts import Threshold
from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.record import Entry
from ui.cached import dataset, measurements, models
from ui.lessons import state
from ui.shared import lessons, names, progress, session

_PERCENT = (10, 50, 80, 90, 95, 99, 99.9)


def show(lesson: Lesson, entry: Entry) -> None:
    """Draw the threshold; each place at which it is looked at is kept, the first one too."""
    model = models.find_model("notebook")
    try:
        assert model is not None, "a shipped network"
        task = measurements.measurement(model)
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    outputs = task.look().result.test
    if outputs is None:
        progress.follow(task, "notebook reads the 10,000 test images", state.key("try-again"))
        return
    key = state.key("threshold")
    st.select_slider(
        "It answers only when at least this sure (%)",
        _PERCENT,
        key=key,
        format_func=lambda percent: f"{percent:g}",
        width=520,
    )
    chosen = session.widget_value(key)
    found = _threshold(outputs, chosen)
    if (not entry.thresholds or entry.thresholds[-1] != found) and lessons.note(lesson, found):
        st.rerun()  # the check may be fulfilled by now
    share = found.wrong / found.answered if found.answered else 0.0
    st.markdown(
        f"From **{chosen:g}%** sure on, the network `notebook` answers **{found.answered:,}** of the 10,000 test "
        f"images; **{found.wrong:,}** of the answers are wrong: {100 * share:.2f} of 100."
    )


def _threshold(outputs: Outputs, percent: float) -> Threshold:
    """Return what a network with these outputs on the test images answers from that certainty on."""
    answered = outputs.confidence >= percent / 100
    right = outputs.correct(dataset.mnist().test_labels)
    return Threshold(certainty=percent / 100, answered=int(answered.sum()), wrong=int((answered & ~right).sum()))
