"""The confusion matrix, and the images of the cell that was clicked last."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.evaluation.metrics import cell, confusion_matrix, describe_most_frequent_mistake, most_frequent_mistake
from mnist_core.evaluation.predictions import Outputs
from mnist_core.figures.evaluation import confusion_figure
from mnist_core.formatting import PLURALS
from ui.cached import dataset
from ui.evaluate import gallery, state
from ui.shared import session
from ui.shared.kept_choice import kept_choice

_HEIGHT = 400
"""CSS pixels."""


@st.fragment
def show(outputs: Outputs, content: str) -> None:
    """Show the confusion matrix and the images of the cell that was clicked last.

    Args:
        outputs: for the 10,000 test images.
        content: what the network is known by; the charts of two networks are two charts.
    """
    labels = dataset.mnist().test_labels
    matrix = confusion_matrix(labels, outputs.predicted)
    worst = most_frequent_mistake(matrix)
    left, right = st.columns([11, 9], gap="medium")
    with left:
        true, read = picked = state.cell() or (worst[:2] if worst else (0, 0))
        _matrix(matrix, picked, content)
    with right:
        verdict = "rightly read" if true == read else "read"
        st.markdown(f"**{PLURALS[true].capitalize()} that are {verdict} as {read}**")
        found = cell(outputs, labels, true, read)
        if len(found):
            gallery.show(f"{content}.{true}.{read}", found, partial(gallery.describe_reading, outputs))
        else:
            st.caption(f"None of the {matrix[true].sum():,} {PLURALS[true]} is read as {read}.")


def _matrix(matrix: NDArray[np.int64], picked: tuple[int, int], content: str) -> None:
    """Draw the matrix, in which a cell can be clicked, and say what its most frequent mistake is."""
    key = state.key("confusion", content)

    def take() -> None:
        if groups := session.widget_value(key)["selection"]["selected"]:
            state.set_cell(*divmod(groups[0]["data_indices"][0], 10))

    chart, words = st.container(), st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = kept_choice(
            "Numbers",
            ["images", "per cent of the row"],
            "images",
            key=state.key("numbers"),
            help="Counts, or shares of all the images of that true digit.",
            labelled=False,
        )
        _choose_cell(*picked)
    chart.echarts_chart(
        confusion_figure(matrix, shares=shown != "images", picked=picked),
        key=key,
        alt="Confusion matrix",
        height=_HEIGHT,
        on_select=take,
    )
    words.caption(
        f"{describe_most_frequent_mistake(matrix)} The diagonal, where it is right, is grey. "
        "Click a cell to see its images, or choose it below."
    )


def _choose_cell(true: int, read: int) -> None:
    """Let one choose a cell without clicking on the chart, by keyboard."""

    def take() -> None:
        state.set_cell(session.widget_value(true_key), session.widget_value(read_key))

    true_key, read_key = state.key("cell-true", true, read), state.key("cell-read", true, read)
    for label, key, digit in (("True digit", true_key, true), ("Read as", read_key, read)):
        st.selectbox(label, range(10), index=digit, key=key, on_change=take, width=110)
