"""The digit in hand on the Inside page: the picture, what a chosen pixel sees of it, and the network's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.explain.receptive_field import Field
from mnist_core.figures.colours import PICKED
from mnist_core.storage.png import to_brightness
from ui.cached import dataset
from ui.shared import panels, session
from ui.shared.kept import DigitInHand

if TYPE_CHECKING:
    from mnist_core.explain.activations import Activation
    from mnist_core.model.inference import Prediction
    from mnist_core.model.network import DigitNet


def digit() -> DigitInHand:
    """Return the digit in hand or, so that the page is never empty, the first test image."""
    data = dataset.mnist()
    return session.digit() or DigitInHand(to_brightness(data.test_images[0]), "Test image 0", int(data.test_labels[0]))


def read(network: DigitNet, image: NDArray[np.float32]) -> tuple[list[Activation], Prediction]:
    """Return what every layer makes of an image, and the answer."""
    from mnist_core.explain.activations import activations
    from mnist_core.model.inference import predict

    return activations(network, image), predict(network, image)


def show(shown: DigitInHand, found: Prediction, field: Field | None) -> None:
    """Draw the digit, with a rectangle around `field`, and what the network reads in it."""
    st.html(panels.read_digit_html(shown.image, found, _frame_html(field) if field else ""))
    st.html(panels.bars_html(found))


def show_source(shown: DigitInHand) -> None:
    """Say where the digit is from and, where it only stands in, how to have one of one's own."""
    if session.digit() is not None:
        st.caption(f"{shown.source}.")
        return
    st.caption(f"{shown.source}, a {shown.label}, stands in: there is no digit in hand yet.")
    st.caption("Draw your own on the board above: the first layer's maps follow the pen.")
    st.page_link("pages/3_Explore.py", label="Pick one of MNIST's", icon=":material/grid_view:")


def _frame_html(field: Field) -> str:
    left, top, width, height = (100 * n / 28 for n in (field.left, field.top, field.width, field.height))
    return (
        f'<div class="field" data-field="{field.top},{field.bottom},{field.left},{field.right}" '
        f'style="position:absolute;left:{left:.3f}%;top:{top:.3f}%;width:{width:.3f}%;height:{height:.3f}%;'
        f'outline:3px solid {PICKED};box-sizing:border-box"></div>'
    )
