"""A gallery of data-set images that are buttons: each with what the network thought; a click takes it in hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.outputs import Outputs
from mnist_core.png import png_url
from ui import resources, state
from ui.numbers import percent

LANDING = "pages/5_Inside.py"
"""The page that shows an image that was clicked."""

PAGE = 24
"""Images shown at a time; the browser is slow with thousands of buttons."""

_SIDE = 72  # CSS pixels

# Images in a button's label are icons by default.
_STYLE = f"""
<style>
[class*="st-key-digit-lab-gallery"] button {{ padding: 0; min-height: 0; border-width: 2px; }}
[class*="st-key-digit-lab-gallery"] button img {{
  height: {_SIDE}px !important; width: {_SIDE}px !important; max-height: none !important; max-width: none !important;
  image-rendering: pixelated; object-fit: fill !important; display: block; border-radius: 4px; margin: 0;
}}
[class*="st-key-digit-lab-gallery"] [data-testid="stCaptionContainer"] p {{ line-height: 1.2; text-align: center; }}
</style>
"""


def thought(outputs: Outputs, image: int) -> str:
    """Return what a network reads in an image and how sure it is, as a caption."""
    return f"read as **{outputs.predicted[image]}**, {percent(float(outputs.confidence[image]))} sure"


def show(key: str, indices: NDArray[np.int64], caption: Callable[[int], str]) -> None:
    """Show test images, a page at a time; a click on one takes it in hand and opens the page that shows it.

    Args:
        key: another key for another choice of images, so that each begins on its first page.
        caption: what is written under the image of an index, as Markdown.
    """
    data = resources.mnist()
    st.html(_STYLE)
    pages = -(-len(indices) // PAGE)
    number = 1
    if pages > 1:
        number = st.pagination(pages, key=f"digit-lab.gallery-pages.{key}")
    shown = indices[(number - 1) * PAGE : number * PAGE]
    if pages > 1:
        first = (number - 1) * PAGE + 1
        st.caption(f"{first:,} to {first + len(shown) - 1:,} of {len(indices):,} images. Click one to look inside.")
    else:
        st.caption(f"{len(indices)} of {len(indices)} images. Click one to look inside.")
    with st.container(key="digit-lab-gallery", horizontal=True, gap="small"):
        for i in shown:
            label = int(data.test_labels[i])
            with st.container(width=_SIDE + 22, gap="xxsmall", horizontal_alignment="center"):
                clicked = st.button(
                    f"![test image {i}, a {label}]({png_url(data.test_images[i])})",
                    key=f"digit-lab.gallery.{key}.{i}",
                    help=f"Test image {i:,}, labelled {label}: take it in hand and look inside.",
                )
                st.caption(caption(i))
            if clicked:
                state.set_digit(
                    (data.test_images[i] / 255).astype(np.float32), f"Test image {i:,}, labelled {label}", label
                )
                st.switch_page(LANDING)
