"""Screen 3: a rule written by hand, and one found from examples."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui.cached import dataset
from ui.shared import panels, session
from ui.story import columns, state

_INK = 128
"""Grey value from which on a pixel counts as ink."""


def show(_: object) -> None:
    """Draw the screen."""
    text, rule = columns.text_and_live()
    with text:
        st.markdown(
            "The path of a rocket can be calculated: its law is known. For a handwritten digit nobody knows a law. "
            "We all read it, and cannot say how.\n\n"
            "**Write a rule yourself.** A 0 has more ink than a 1. So: count the pixels with ink, and call everything "
            "above your threshold a 0.\n\n"
            "It works, for two digits that are very unlike. Now imagine the rules for 4 and 9, for crooked ones, for "
            "all ten. A network **finds its rules from examples** instead."
        )
    ink, labels = _zeros_and_ones()
    with rule:
        key = state.key("threshold")
        session.begin_widget(key, 30)
        threshold = int(st.slider("Pixels of ink from which on it is a 0", 0, 250, key=key))
        zeros = ink >= threshold
        right = float((zeros == (labels == 0)).mean())
        st.metric("Read right by your rule", f"{right:.1%}", help="Of the 2,115 zeros and ones among the test images.")
        st.markdown(describe_rule(zeros, labels))
        st.html(_wrong_html(zeros, labels))


def describe_rule(zeros: NDArray[np.bool_], labels: NDArray[np.uint8]) -> str:
    """Return what a rule does, in a sentence: `zeros` is what it calls a 0."""
    wrong_ones, wrong_zeros = int((zeros & (labels == 1)).sum()), int((~zeros & (labels == 0)).sum())
    if not wrong_ones + wrong_zeros:
        return "No image is read wrong."
    return f"It calls {wrong_ones:,} of the ones a 0, and {wrong_zeros:,} of the zeros a 1. Some of them:"


def _wrong_html(zeros: NDArray[np.bool_], labels: NDArray[np.uint8]) -> str:
    data = dataset.mnist()
    places = np.flatnonzero(data.test_labels <= 1)
    wrong = np.flatnonzero(zeros != (labels == 0))[:8]
    images = [panels.pixels_html(data.test_images[places[n]], 54, f"a {labels[n]}, read wrong") for n in wrong]
    return f'<div style="display:flex;flex-wrap:wrap;gap:6px;min-height:54px">{"".join(images)}</div>'


@st.cache_data(show_spinner=False, max_entries=1)
def _zeros_and_ones() -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return how many pixels of ink each 0 and 1 among the test images has, and its label."""
    data = dataset.mnist()
    chosen = data.test_labels <= 1
    return (data.test_images[chosen] >= _INK).sum((1, 2)), np.array(data.test_labels[chosen])
