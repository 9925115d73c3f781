"""Screen 6: hyperparameters have to be tried."""

from __future__ import annotations

import streamlit as st

from mnist_core.explain.softmax_regression import Descent
from mnist_core.figures.colours import RUNS, TRAINING
from ui.shared import panels, session
from ui.story import columns, small_model, state

_RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_SHOWN = 4
"""Tries that the chart keeps beside the one of now."""


def show(_: object) -> None:
    """Draw the screen."""
    text, live = columns.text_and_live()
    text.markdown(
        "Training finds the weights. It does not find the **hyperparameters**: how many layers, how wide, which "
        "**optimizer**, how long, and how far each step goes, the **learning rate**.\n\n"
        "Nobody can know the best ones beforehand. One begins with what worked for a similar task, and **tries**.\n\n"
        "**Which learning rate is best for the small model?** Guess first. Then move the slider: each try is a whole "
        f"training of {small_model.STEPS} steps, and everything else stays the same."
    )
    with live:
        key = state.key("rate")
        session.begin_widget(key, 0.01)
        rate = float(
            st.select_slider("Learning rate", _RATES, format_func=lambda value: f"{value:g}", key=key, on_change=_note)
        )
        others = [tried for tried in state.rates_tried() if tried != rate][-_SHOWN:]
        curves = {
            f"{tried:g}": (small_model.trained(tried).losses, RUNS[2 + _RATES.index(tried) % 6]) for tried in others
        }
        curves[f"{rate:g}"] = small_model.trained(rate).losses, TRAINING
        chart = small_model.losses_figure("Loss with each learning rate you tried", curves)
        panels.lines(chart, state.key("rates"), 260)
        st.html(panels.legend_html({name: (colour, "solid") for name, (_, colour) in curves.items()}))
        st.markdown(describe_rate(rate, small_model.trained(rate)))

    if rate not in state.rates_tried():
        state.set_rates_tried([*state.rates_tried(), rate])


def _note() -> None:
    rate = session.widget_value(state.key("rate"))
    state.set_rates_tried([*(tried for tried in state.rates_tried() if tried != rate), rate])


def describe_rate(rate: float, descent: Descent) -> str:
    """Return what a learning rate has led to, in a sentence."""
    first, last, highest = descent.losses[0], descent.losses[-1], max(descent.losses)
    reached = f"With {rate:g} the loss ends at {last:.2f}, and {descent.accuracies[-1]:.0%} are read right."
    if highest > 1.5 * first:
        return f"{reached} On the way it jumped to {highest:.1f}: such steps are **too long**, and jump over the goal."
    if last > 0.7 * first:
        return f"{reached} The steps are **too short**: it would get there, but much later."
    return reached
