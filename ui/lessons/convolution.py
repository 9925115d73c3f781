"""Lesson 9: a patch of an image, a filter, and the field in which the learner types their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.formatting import signed
from mnist_core.lessons.convolution import HIDDEN, SHOWN
from mnist_core.lessons.exercises import CONVOLUTION_IMAGES, DECIMALS, convolution_places
from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.record import Entry
from mnist_core.storage.png import to_brightness
from ui.cached import dataset, models
from ui.lessons import state, worked_out
from ui.shared import names, numbers

if TYPE_CHECKING:
    from mnist_core.explain.convolution import PixelSum

_MODEL = "best"
"""The network whose filters are worked with: 3 × 3 weights each."""


def show_squares(entry: Entry) -> None:
    """Show the first two squares: what the prediction is about."""
    if places := _places(entry):
        st.html(_squares_html(places[0], products=False))


def show(lesson: Lesson, entry: Entry, number: int) -> None:
    """Show the squares of a step, and ask for the sum."""
    places = _places(entry)
    if places is None:
        return
    made, name = places[number], (SHOWN, HIDDEN)[number]
    st.html(_squares_html(made, products=name == SHOWN))
    worked_out.ask("The sum", state.key("sum", lesson.id, entry.passes, number), lesson, name, made.total)


def _places(entry: Entry) -> tuple[PixelSum, PixelSum] | None:
    model = models.find_model(_MODEL)
    turn = entry.passes % len(CONVOLUTION_IMAGES)
    try:
        assert model is not None, "a shipped network"
        image = to_brightness(dataset.mnist().test_images[CONVOLUTION_IMAGES[turn]])
        return convolution_places(models.network(model), image, turn)
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return None


def _squares_html(made: PixelSum, *, products: bool) -> str:
    shown = [
        numbers.table_html(made.patch[0], 1.0, "grey values of the image", DECIMALS),
        numbers.table_html(made.kernel[0], float(np.abs(made.kernel[0]).max()), "weights of the filter", DECIMALS),
    ]
    if products:
        limit = float(np.abs(made.products[0]).max())
        shown.append(numbers.table_html(made.products[0], limit, "products", DECIMALS))
    signs = ["", "<b>×</b>", "<b>=</b>"]
    bias = f"<span>and the bias: {signed(made.bias, DECIMALS)}</span>" if made.bias else ""
    pieces = "".join(sign + table for sign, table in zip(signs, shown, strict=False))
    return f'<div style="display:flex;flex-wrap:wrap;gap:.8rem;align-items:center">{pieces}{bias}</div>'
