"""Explore, statistics: the balance of the classes, average and spread of each digit, grey values, where ink falls."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import Mnist, split
from mnist_core.explore.statistics import INK, Statistics, balance
from mnist_core.figures.colours import TEST, TRAINING
from mnist_core.figures.explore import balance_figure, grey_figure, ink_figure
from ui.cached import dataset
from ui.explore import picture, state
from ui.shared import panels

_HEIGHT = 240
"""CSS pixels of a chart."""


def show(data: Mnist) -> None:
    """Draw the section."""
    part = picture.choose_part()
    found = dataset.part_statistics(part)
    st.html(digits_html([("average", found.means), ("standard deviation", found.deviations * 2)]))
    st.caption(_describe_averages(found))
    left, middle, right = st.columns(3)
    with left:
        counts = _counts(data)
        st.echarts_chart(balance_figure(counts), key=state.key("balance"), height=_HEIGHT, alt="Balance of the classes")
        st.caption(_describe_balance(counts))
    with middle:
        colour = TRAINING if part == "training" else TEST
        st.echarts_chart(grey_figure(found.grey, colour), key=state.key("grey"), height=_HEIGHT, alt="Grey values")
        black, white = found.grey[0] / found.grey.sum(), found.grey[250:].sum() / found.grey.sum()
        st.caption(
            f"{black:.0%} of all pixels are quite black (0) and {white:.0%} nearly white (250 or more); the axis is "
            "logarithmic, or the greys between could not be seen."
        )
    with right:
        st.echarts_chart(ink_figure(found.all_ink), key=state.key("ink"), height=_HEIGHT, alt="Where ink falls")
        row, column = np.unravel_index(found.all_ink.argmax(), found.all_ink.shape)
        st.caption(
            f"The pixel in row {row}, column {column} has ink ({INK} or brighter) in {found.all_ink.max():.0%} of the "
            f"images; {np.count_nonzero(found.all_ink == 0)} of the 784 pixels, at the edge, never have any."
        )


def digits_html(rows: list[tuple[str, NDArray[np.float32]]]) -> str:
    """Return rows of ten images (10, 28, 28) in [0, 1], one a digit, each row with its name."""
    cells = "".join(
        f'<span style="font-size:.8rem;align-self:center;line-height:1.2">{name}</span>'
        + "".join(panels.pixels_html(image, 92, f"{name} of the {digit}") for digit, image in enumerate(images))
        for name, images in rows
    )
    return f'<div class="digit-rows">{cells}</div>'


def _counts(data: Mnist) -> dict[str, NDArray[np.int64]]:
    training, validation = split(TrainConfig())
    return {
        "training": balance(data.train_labels[training]),
        "validation": balance(data.train_labels[validation]),
        "test": balance(data.test_labels),
    }


def _describe_balance(counts: dict[str, NDArray[np.int64]]) -> str:
    shares = counts["training"] / counts["training"].sum()
    return (
        f"In the training images, {shares.argmax()} is the most frequent digit ({shares.max():.1%}) and "
        f"{shares.argmin()} the rarest ({shares.min():.1%}): always answering {shares.argmax()} would be right "
        f"{shares.max():.1%} of the time. Dotted: 10%."
    )


def _describe_averages(found: Statistics) -> str:
    spread = found.deviations.mean((1, 2))
    return (
        "Bright in the second row: where writers differ (white is a standard deviation of 0.5, the most there can be). "
        f"They differ most in the {spread.argmax()} (on average {spread.max():.2f} a pixel) and least in the "
        f"{spread.argmin()} ({spread.min():.2f})."
    )
