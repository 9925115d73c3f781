"""A gallery of test images, each with what the network reads in it; a click takes one in hand and looks inside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.evaluation.predictions import Outputs
from mnist_core.formatting import percent, with_article
from mnist_core.storage.png import to_brightness
from ui.cached import dataset
from ui.components.image_wall import Brick, wall
from ui.evaluate import state
from ui.shared import session

LANDING = "pages/7_Inside.py"
"""The page that shows an image that was clicked."""

PAGE = 24
"""Images shown at a time."""


def describe_reading(outputs: Outputs, image: int) -> str:
    """Return what a network reads in an image and how sure it is, as a caption."""
    return f"read as {outputs.predicted[image]}, {percent(float(outputs.confidence[image]))} sure"


def show(key: str, indices: NDArray[np.int64], caption: Callable[[int], str]) -> None:
    """Show test images, a page at a time; a click on one takes it in hand and opens the page that shows it.

    Args:
        key: another key for another choice of images, so that each begins on its first page.
        indices: of the test images.
        caption: what is written under the image of an index.
    """
    data = dataset.mnist()
    pages = -(-len(indices) // PAGE)
    number = st.pagination(pages, key=state.key("gallery-pages", key)) if pages > 1 else 1
    first = (number - 1) * PAGE
    shown = [int(i) for i in indices[first : first + PAGE]]
    which = f"{first + 1:,} to {first + len(shown):,}" if pages > 1 else f"{len(indices)}"
    st.caption(f"{which} of {len(indices):,} images. Click one to look inside.")
    bricks = [
        Brick(i, data.test_images[i], caption(i), f"Test image {i:,}, {with_article(data.test_labels[i])}")
        for i in shown
    ]
    clicked = wall(bricks, state.key("gallery", key, number))
    if clicked is not None:
        label = int(data.test_labels[clicked])
        image = to_brightness(data.test_images[clicked])
        session.set_digit(image, f"Test image {clicked:,}, labelled {label}", label)
        st.switch_page(LANDING)
