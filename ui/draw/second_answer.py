"""A second model beside the one in hand: both answer the same digit, with what differs between them."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import formatting
from mnist_core.errors import DigitLabError
from mnist_core.formatting import in_words
from mnist_core.runs.comparison import differing
from ui.cached import models
from ui.draw import state
from ui.shared import answers, names
from ui.shared.second_model import second_model


def show(model: models.ModelFile, image: NDArray[np.float32]) -> None:
    """Choose the second model and show both answers to `image`, (28, 28) in [0, 1]."""
    other = second_model(model, state.key("second"))
    if other is None:
        return
    left, middle, right = st.columns([4, 4, 5], gap="medium")
    read = []
    for column, one in ((left, model), (middle, other)):
        with column:
            st.markdown(f"**{names.in_markdown(one.title)}**")
            try:
                read.append(answers.read(one, image))
            except DigitLabError as error:
                st.error(names.in_markdown(error.sentence))
                continue
            st.html(answers.answer_html(read[-1], mark=""))
    with right:
        _differences(model, other)
    if len(read) == 2:
        st.caption(_describe_answers(*read))


def _describe_answers(first: answers.Answer, second: answers.Answer) -> str:
    """Return whether the two networks agree, and which one is surer."""
    if first.doubt:
        return "Neither has learned what this is: whatever they say of it is a guess."
    if first.said != second.said:
        return f"They disagree: the model in hand says {first.said}, the second one {second.said}."
    digit = first.found.digit
    gap = 100 * (first.found.confidence - second.found.probabilities[digit])
    surer = "The model in hand is surer" if gap > 0 else "The second model is surer"
    return f"They agree. {surer}, by {abs(gap):.1f} points." if abs(gap) >= 0.05 else "They agree, about equally sure."


def _differences(model: models.ModelFile, other: models.ModelFile) -> None:
    """List the settings in which the two trainings differ, and how each network did."""
    try:
        cards = [models.card(one) for one in (model, other)]
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    rows = {"test accuracy": [formatting.accuracy(card.metrics.get("test_accuracy")) for card in cards]} | {
        name.replace("_", " "): [in_words(value) for value in values]
        for name, values in differing([(card.config, card.trained_on) for card in cards]).items()
    }
    table = {
        "What differs": list(rows),
        "In hand": [values[0] for values in rows.values()],
        "Second": [values[1] for values in rows.values()],
    }
    st.dataframe(table, hide_index=True, height=min(38 + 35 * len(rows), 320))
