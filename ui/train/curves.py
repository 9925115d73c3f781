"""The first view of a run on the Train page: loss and accuracy over its epochs, and what to see in them now."""

from __future__ import annotations

import streamlit as st

from mnist_core.diagnosis.run_facts import least_loss
from mnist_core.figures.training import accuracy_figure, loss_figure
from mnist_core.history import History
from ui.shared import session
from ui.shared.panels import lines
from ui.train import state
from ui.train.guess import on_guess

_HEIGHT = 270
"""CSS pixels."""


def curves(history: History, guess: float | None, label_smoothing: float = 0.0) -> None:
    """Draw both charts side by side, each with its sentence, and below them how they are drawn.

    `guess` is the test accuracy that the visitor expected, 0 to 1; None without one. `label_smoothing` is the run's.
    """
    smoothing = float(session.widget_value(state.SMOOTHING, 0.6))
    logarithmic = bool(session.widget_value(state.LOGARITHMIC, False))
    left, right = st.columns(2)
    with left:
        lines(loss_figure(history, smoothing, logarithmic=logarithmic), state.key("loss"), _HEIGHT)
        st.caption(on_loss(history, label_smoothing))
        st.slider(
            "Smoothing of the training curves",
            0.0,
            0.98,
            0.6,
            0.02,
            key=state.SMOOTHING,
            persist_state="session",
            help="How much each point takes from the ones before it; the pale line is what was measured.",
        )
    with right:
        lines(accuracy_figure(history, smoothing, guess), state.key("accuracy"), _HEIGHT)
        st.caption(f"{on_accuracy(history)} {on_guess(history, guess)}")
        st.toggle(
            "Logarithmic loss axis",
            key=state.LOGARITHMIC,
            persist_state="session",
            help="Every step of the axis is ten times the one below it, so that small losses can still be told apart.",
        )


def on_loss(history: History, label_smoothing: float) -> str:
    """Say what to see in the chart of the loss now."""
    if len(history.steps) < 2:
        return "Before training, ten equally likely digits give a loss of 2.30."
    first, last = history.steps[0], history.steps[-1]
    text = f"The training loss went from {_loss(first.loss)} to {_loss(last.loss)}."
    if history.validations and label_smoothing:
        text += (
            f" On images kept back it is {_loss(history.validations[-1].loss)}; the two cannot be compared, since only "
            f"the training loss contains the label smoothing and never falls below {least_loss(label_smoothing):.2f}."
        )
    elif history.validations:
        gap = history.validations[-1].loss - last.loss
        text += f" On images kept back it is {_loss(history.validations[-1].loss)}: " + (
            "more than on those it learns from." if gap > 0 else "no more than on those it learns from."
        )
    return text


def _loss(value: float) -> str:
    return f"{value:.3f}" if value < 1000 else f"{value:.1e}"


def on_accuracy(history: History) -> str:
    """Say what to see in the chart of the accuracy now."""
    if not history.steps:
        return "Guessing reads one image in ten right."
    if history.test_accuracy is not None:
        wrong = round((1 - history.test_accuracy) * 10_000)
        return f"Of the 10,000 test images, which it had never seen, it reads {wrong:,} wrong."
    if history.validations:
        share = history.validations[-1].accuracy
        return f"Of 100 images that it has not learned from, it now reads {100 * share:.1f} right."
    return f"Of 100 images that it learns from, it now reads {100 * history.steps[-1].accuracy:.1f} right."
