"""The first view of a run on the Train page: loss and accuracy over its epochs, and what to see in them now."""

from __future__ import annotations

import streamlit as st

from mnist_core.diagnosis.run_facts import least_loss
from mnist_core.figures.training import accuracy_figure, loss_figure
from mnist_core.history import History
from mnist_core.model.training_data import FineTuningData
from ui.shared import session
from ui.shared.panels import lines
from ui.train import state
from ui.train.guess import describe_guess

_HEIGHT = 270
"""CSS pixels."""


def curves(
    history: History, guess: float | None, label_smoothing: float = 0.0, tuned: FineTuningData | None = None
) -> None:
    """Draw both charts side by side, each with its sentence, and below them how they are drawn.

    Args:
        history: the run's events.
        guess: the test accuracy that the visitor expected, 0 to 1; None without one.
        label_smoothing: the run's.
        tuned: what a fine-tuning learns from; None for a run that trains on MNIST alone.
    """
    smoothing = float(session.widget_value(state.SMOOTHING, 0.6))
    logarithmic = bool(session.widget_value(state.LOGARITHMIC, False))
    left, right = st.columns(2)
    with left:
        lines(loss_figure(history, smoothing, logarithmic=logarithmic), state.key("loss"), _HEIGHT)
        st.caption(describe_loss(history, label_smoothing, tuned))
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
        st.caption(f"{describe_accuracy(history, tuned)} {describe_guess(history, guess)}")
        st.toggle(
            "Logarithmic loss axis",
            key=state.LOGARITHMIC,
            persist_state="session",
            help="Every step of the axis is ten times the one below it, so that small losses can still be told apart.",
        )


def describe_loss(history: History, label_smoothing: float, tuned: FineTuningData | None = None) -> str:
    """Return what to see in the chart of the loss now; `tuned` is what a fine-tuning learns from."""
    if len(history.steps) < 2 and tuned:
        return "It starts with the weights of a trained network, so its loss is small from the first step on."
    if len(history.steps) < 2:
        return "Before training, ten equally likely digits give a loss of 2.30."
    first, last = history.steps[0], history.steps[-1]
    text = f"The training loss went from {_loss(first.loss)} to {_loss(last.loss)}."
    if history.validations and tuned:
        return (
            f"{text} On the {tuned.describe_validation()} it is {_loss(history.validations[-1].loss)}; the two cannot "
            "be compared, since the network learns from images of MNIST, too."
        )
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


def describe_accuracy(history: History, tuned: FineTuningData | None = None) -> str:
    """Return what to see in the chart of the accuracy now; `tuned` is what a fine-tuning learns from."""
    if not history.steps:
        return "Guessing reads one image in ten right."
    if history.test_accuracy is not None:
        wrong = round((1 - history.test_accuracy) * 10_000)
        return f"Of the 10,000 test images, which it had never seen, it reads {wrong:,} wrong."
    if history.validations:
        share = history.validations[-1].accuracy
        if tuned:
            return f"Of the {tuned.describe_validation()}, it now reads {share:.1%} right."
        return f"Of 100 images that it has not learned from, it now reads {100 * share:.1f} right."
    return f"Of 100 images that it learns from, it now reads {100 * history.steps[-1].accuracy:.1f} right."
