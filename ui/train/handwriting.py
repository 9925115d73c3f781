"""The habits of handwriting in the preview of the augmentation: switches, and one drawing of each that is on."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.habits.catalogue import HABITS, Habit, draw
from ui.shared import panels
from ui.train import state

_SIDE = 42
"""CSS pixels of a drawing."""


def choose(seed: int) -> list[Habit]:
    """Draw a switch for each habit and a drawing of each that is on; return those.

    Args:
        seed: chooses the drawings.
    """
    names = {habit.name: habit for habit in HABITS}
    with st.popover("Other handwriting", icon=":material/ink_pen:"):
        chosen = st.pills(
            "Habits of writing digits",
            list(names),
            selection_mode="multi",
            default=list(names),
            key=state.key("habits"),
            persist_state="session",
            help="How people in other countries and professions write digits. The switches are for looking: they "
            "decide what is shown here. A run learns from all habits, as often as the share above says.",
        )
    habits = [names[name] for name in chosen]
    drawings = "".join(
        panels.pixels_html(draw(habit, np.random.default_rng([seed, place])), _SIDE, habit.name)
        for place, habit in enumerate(HABITS)
        if habit in habits
    )
    st.html(f'<div class="habits" style="display:flex;flex-wrap:wrap;gap:6px">{drawings}</div>')
    return habits
