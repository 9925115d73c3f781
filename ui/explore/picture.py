"""What the sections of the Explore page share: the part and the image that are looked at, and the digit in hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data.mnist import Mnist
from ui.explore import state
from ui.shared import panels, session

PARTS = ("training", "test")


@dataclass(frozen=True, slots=True)
class Picture:
    """One image of MNIST."""

    part: str
    index: int
    image: NDArray[np.uint8]
    """(28, 28) grey values."""
    label: int

    @property
    def name(self) -> str:
        """What it is called under a picture."""
        return f"{self.part.capitalize()} image {self.index:,}"


def of_part(data: Mnist, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the images and the labels of a part."""
    return (data.train_images, data.train_labels) if part == "training" else (data.test_images, data.test_labels)


def picture(data: Mnist, part: str, index: int) -> Picture:
    """Return one image by its part and its index."""
    images, labels = of_part(data, part)
    return Picture(part, index, images[index], int(labels[index]))


def counted_through(data: Mnist, number: int) -> Picture:
    """Return one image by its number where the test images are counted on after the training images."""
    training = len(data.train_images)
    return picture(data, "training", number) if number < training else picture(data, "test", number - training)


def number_of(data: Mnist, one: Picture) -> int:
    """Return that number."""
    return one.index if one.part == "training" else len(data.train_images) + one.index


def nearest_index(text: str | None, count: int) -> tuple[int, bool]:
    """Read an index from a link: the nearest one that exists of `count`, and whether it is the one asked for."""
    if text is None:
        return 0, True
    try:
        asked = float(text)
    except ValueError:
        return 0, False
    if math.isnan(asked):
        return 0, False
    index = round(min(max(asked, 0), count - 1))
    return index, index == asked


def choose_part(disabled: bool = False) -> str:
    """Draw the choice between training and test images, and return it; `disabled` where it makes no difference."""
    asked = state.explored("part")
    part = asked if asked in PARTS else "training"
    state.show("part", part)
    st.segmented_control(
        "Part of MNIST",
        PARTS,
        required=True,
        disabled=disabled,
        key=state.key("part"),
        on_change=lambda: state.set_explored(part=state.value("part"), index=0),
        help="The network learns from the training images; the test images are kept back to measure it at the end.",
    )
    state.set_explored(part=part)
    return part


def take(one: Picture) -> None:
    """Make an image the digit in hand, and the one that the page is at."""
    scaled = np.asarray(one.image, np.float32) / np.float32(255)
    session.set_digit(scaled, f"{one.name}, labelled {one.label}", one.label)
    state.set_explored(part=one.part, index=one.index)


def in_hand(empty: str) -> None:
    """Show the digit in hand and where to go with it; or `empty`, while there is none."""
    held = session.digit()
    if held is None:
        st.info(empty)
        return
    st.markdown("**The digit in hand**")
    st.html(panels.pixels_html(held.image, 224, "the digit in hand"))
    st.markdown(f"{held.source}.")
    with st.container(horizontal=True):
        st.page_link("pages/6_Draw.py", label="Open on Draw", icon=":material/draw:")
        st.button(
            "As numbers",
            icon=":material/grid_on:",
            on_click=lambda: state.set_explored(section="image"),
            help="Shows this section's last image, pixel by pixel.",
            key=state.key("as-numbers"),
        )
