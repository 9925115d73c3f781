"""Two networks on handwriting that MNIST's writers lack, in the section that compares two models."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.habits.catalogue import HABITS
from ui.cached import habits, models
from ui.shared import names


def show(first: models.ModelFile, second: models.ModelFile) -> None:
    """Draw how many digits of each habit the model in hand and the second one read right."""
    try:
        right = [habits.read_right(one) for one in (first, second)]
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    shares = [Accuracy(int(one.sum()), one.size) for one in right]
    said = [describe_reading(one.called, share) for one, share in zip((first, second), shares, strict=True)]
    written = f"Other hands: of {shares[0].count:,} digits written as MNIST's writers hardly did"
    st.markdown(
        names.in_markdown(f"{written}, {said[0]}, and {said[1]}. ")
        + "A network reads well what comes from the same distribution as its training data."
    )
    percent = st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100)
    table = {
        "Digit": [habit.digit for habit in HABITS],
        "Habit": [habit.name for habit in HABITS],
        "In hand": (100 * right[0].mean(axis=1)).tolist(),
        "Second": (100 * right[1].mean(axis=1)).tolist(),
    }
    st.dataframe(table, hide_index=True, height=320, column_config={"In hand": percent, "Second": percent})
    st.caption(
        f"{habits.EACH} drawings of each habit, by the same code that the network “everyone” learned from: it has seen "
        "others like them, and “best” those that the augmentation showed it."
    )


def describe_reading(name: str, share: Accuracy) -> str:
    """Return how many a network reads right, with the interval, as part of a sentence."""
    low, high = share.interval
    return f"“{name}” reads {share.share:.1%} right (95% interval {low:.1%} to {high:.1%})"
