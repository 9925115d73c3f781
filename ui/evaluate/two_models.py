"""The section of the Evaluate page that sets the model in hand against another one, image by image."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.evaluation.paired_test import paired
from mnist_core.evaluation.predictions import Outputs
from mnist_core.formatting import with_article
from ui.cached import dataset, measurements, models
from ui.evaluate import gallery, other_hands, state, waiting
from ui.shared import names
from ui.shared.second_model import second_model


def duel(first: models.ModelFile, outputs: Outputs, content: str) -> None:
    """Choose a second model, compare, and show the images that only one of the two reads right."""
    second = second_model(first, state.key("second"))
    if second is None:
        return
    try:
        measuring, other = measurements.measurement(second), models.fingerprint(second)
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    _compare(first.called, second.called, outputs, waiting.await_test(measuring), f"{content}.{other[:12]}")
    other_hands.show(first, second)


@st.fragment
def _compare(first: str, second: str, outputs: Outputs, others: Outputs, key: str) -> None:
    pairing = paired(outputs, others, dataset.mnist().test_labels)
    st.markdown(names.in_markdown(pairing.describe(f"“{first}”", f"“{second}”") + " (McNemar's exact test.)"))
    sides = {
        "only the one in hand": pairing.only_first,
        "only the second": pairing.only_second,
        "neither": pairing.neither,
    }
    chosen = st.segmented_control(
        "Images read right by",
        list(sides),
        default="only the one in hand",
        required=True,
        format_func=lambda side: f"{side} ({len(sides[side]):,})",
        key=state.key("side", key),
        help="Of the 10,000 test images, those that are read right by one of the two alone, or by none.",
    )
    found = sides[chosen]
    if not len(found):
        st.caption("There is no such image.")
        return
    labels = dataset.mnist().test_labels

    def caption(image: int) -> str:
        return f"{with_article(labels[image])}\nin hand: {outputs.predicted[image]}\nsecond: {others.predicted[image]}"

    gallery.show(f"{key}.{chosen}", found, caption)
