"""The first view of a run on the Train page: loss and accuracy over its epochs, and what to see in them now."""

from __future__ import annotations

import streamlit as st

from mnist_core.figures.training import accuracy_figure, loss_figure
from mnist_core.history import History
from mnist_core.model.training_data import FineTuningData
from ui.live import views
from ui.live.curve_sentences import describe_accuracy, describe_loss
from ui.shared import session
from ui.shared.panels import lines
from ui.train import state
from ui.train.guess import describe_guess

_HEIGHT = 270
"""CSS pixels."""


def live_curves(run: str, history: History, guess: float | None) -> None:
    """Draw both charts side by side, which move by themselves, with their sentences, and how they are drawn.

    Args:
        run: its id; "" before there is one.
        history: what it has reported.
        guess: the test accuracy that the visitor expected, 0 to 1; None without one.
    """
    left, right = st.columns(2)
    with left:
        more = "" if run else describe_loss(history, 0.0)
        views.chart(run, "loss", height=_HEIGHT, smoothing=_smoothing(), logarithmic=_logarithmic(), more=more)
        _choose_smoothing()
    with right:
        more = describe_guess(history, guess) if run else describe_accuracy(history)
        views.chart(run, "accuracy", height=_HEIGHT, smoothing=_smoothing(), guess=guess, more=more)
        _choose_axis()


def curves(
    history: History, guess: float | None, label_smoothing: float = 0.0, tuned: FineTuningData | None = None
) -> None:
    """Draw the same, as it is now.

    Args:
        history: the run's events.
        guess: the test accuracy that the visitor expected, 0 to 1; None without one.
        label_smoothing: the run's.
        tuned: what a fine-tuning learns from; None for a run that trains on MNIST alone.
    """
    left, right = st.columns(2)
    with left:
        lines(loss_figure(history, _smoothing(), logarithmic=_logarithmic()), state.key("loss"), _HEIGHT)
        st.caption(describe_loss(history, label_smoothing, tuned))
        _choose_smoothing()
    with right:
        lines(accuracy_figure(history, _smoothing(), guess), state.key("accuracy"), _HEIGHT)
        st.caption(f"{describe_accuracy(history, tuned)} {describe_guess(history, guess)}")
        _choose_axis()


def _smoothing() -> float:
    return float(session.widget_value(state.SMOOTHING, 0.6))


def _logarithmic() -> bool:
    return bool(session.widget_value(state.LOGARITHMIC, False))


def _choose_smoothing() -> None:
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


def _choose_axis() -> None:
    st.toggle(
        "Logarithmic loss axis",
        key=state.LOGARITHMIC,
        persist_state="session",
        help="Every step of the axis is ten times the one below it, so that small losses can still be told apart.",
    )
