"""Guess first: what a run will reach, said before it starts, drawn into its chart and compared with what came."""

from __future__ import annotations

import streamlit as st

from mnist_core.history import History
from ui.shared import session
from ui.train import state

_FIRST = 95.0
"""Per cent at which the slider stands before it is moved."""


def ask() -> None:
    """Let the learner guess the next run's accuracy; it is kept for this visitor alone."""
    guess = state.guess()
    label = "Guess first" if guess is None else f"Your guess: {guess:.1%}"
    with st.popover(label, icon=":material/psychology_alt:", help="Say what you expect before you see it."):
        st.markdown("Of 100 images that it has never seen, how many will it read right at the end?")
        st.slider(
            "Your guess",
            10.0,
            100.0,
            _FIRST if guess is None else 100 * guess,
            0.1,
            format="%.1f %%",
            key=state.GUESS_WIDGET,
            on_change=lambda: state.set_guess(session.widget_value(state.GUESS_WIDGET) / 100),
            help="Guessing alone reads 10 of 100 right. The next run that you start gets this guess as a dotted line.",
        )
        st.button(
            "No guess",
            disabled=guess is None,
            on_click=state.set_guess,
            args=(None,),
            key=state.key("no-guess"),
            help="Take the guess back.",
        )


def describe_guess(history: History, guess: float | None) -> str:
    """Return how far the guess was from the test accuracy; nothing before the run has ended, or without a guess."""
    if guess is None or history.test_accuracy is None:
        return ""
    points = 100 * (history.test_accuracy - guess)
    if abs(points) < 0.05:
        return f"You guessed {guess:.1%}, and so it came."
    return f"You guessed {guess:.1%}: it reads {abs(points):.1f} points {'more' if points > 0 else 'less'}."
