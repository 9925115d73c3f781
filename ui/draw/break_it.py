"""The section "Break it": the digit in hand changed more and more, until the network reads another one."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data.corruptions import CORRUPTIONS, Corruption
from mnist_core.errors import DigitLabError
from mnist_core.evaluation.breaking_point import changed, limits, probabilities, steps
from mnist_core.figures.robustness import break_figure
from mnist_core.formatting import percent, with_article
from ui.cached import models
from ui.cached.models import ModelFile
from ui.draw import state
from ui.shared import names, panels
from ui.shared.kept import DigitInHand
from ui.shared.kept_choice import kept_choice

_HEIGHT = 290
"""CSS pixels."""


@st.fragment
def show(model: ModelFile, held: DigitInHand) -> None:
    """Draw the section for the digit in hand."""
    name = kept_choice(
        "How",
        list(CORRUPTIONS),
        "rotation",
        key=state.key("break-it-how"),
        help="What happens to the digit.",
        said=str.capitalize,
        labelled=False,
    )
    corruption = CORRUPTIONS[name]
    amounts = steps(corruption)
    image_column, bars_column, curve_column = st.columns([5, 6, 10], gap="medium")
    with image_column:
        amount = st.select_slider(
            f"{name.capitalize()} ({corruption.unit})",
            amounts,
            0.0,
            format_func=corruption.describe,
            key=state.key("break-it-amount", name),
            persist_state="session",
            help=f"How much: 0 is the digit as it is. {corruption.sentence}",
        )
        image = changed(held.image, corruption, [amount])[0]
        st.html(panels.pixels_html(image, 196, f"the digit with {name} of {corruption.describe(amount)}"))
    try:
        table = _probabilities(models.fingerprint(model), held.image, name, model)
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    from mnist_core.model.inference import Prediction

    readings = [int(digit) for digit in table.argmax(1)]
    with image_column:
        digit = _true_digit(held, readings[amounts.index(0)])
    now = Prediction(tuple(table[amounts.index(amount)].tolist()))
    lost = limits(amounts, readings, digit)
    with bars_column:
        st.markdown(f"Read as **{now.digit}**, {percent(now.confidence)} sure")
        st.html(panels.bars_html(now))
    with curve_column:
        panels.lines(
            break_figure(corruption, amounts, table, digit, amount, lost), state.key("break-it-curve"), _HEIGHT
        )
        st.caption(_describe_limits(corruption, amounts, readings, digit, lost))


@st.cache_data(show_spinner=False, max_entries=128)
def _probabilities(fingerprint: str, image: NDArray[np.float32], name: str, _model: ModelFile) -> NDArray[np.float32]:
    corruption = CORRUPTIONS[name]
    return probabilities(models.network(_model), image, corruption, steps(corruption))


def _true_digit(held: DigitInHand, read: int) -> int:
    """Return the label where there is one, and else what the network reads unless the learner knows better."""
    if held.label is not None:
        return held.label
    drawing = zlib.crc32(held.image.tobytes())
    return st.selectbox(
        "It is a",
        range(10),
        index=read,
        key=state.key("break-it-true", drawing),
        help="The digit that you meant; if the network misreads even the unchanged one, correct it here.",
    )


def _describe_limits(
    corruption: Corruption, amounts: Sequence[float], readings: Sequence[int], digit: int, lost: Sequence[float]
) -> str:
    """Return where the true digit stops being the most probable, and what is read instead."""
    true, dotted = with_article(digit), "Dotted: the most probable other digit."
    if not lost:
        return f"It stays {true} all the way: {corruption.name} alone does not break it. {dotted}"
    if lost[0] == 0:
        read = with_article(readings[amounts.index(0)])
        return f"The network reads {read} even in the unchanged image, not {true}. {dotted}"
    where = ", and ".join(
        f"at {corruption.describe(limit)}, where the network reads {with_article(readings[amounts.index(limit)])}"
        for limit in lost
    )
    return f"It stops being {true} {where}. {dotted}"
