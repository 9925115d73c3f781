"""One drawing prepared in four ways, with what the network reads in each: most demos fail here, not in the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mnist_core.drawing.preprocess import recipes
from ui.cached import models
from ui.shared import panels

if TYPE_CHECKING:
    from ui.draw.sources import Input

NAMES = {
    "resize": "the whole board, shrunk",
    "stretch": "cropped and stretched",
    "box": "cropped, 20 pixels, middle of the box",
    "mnist": "as MNIST was made, pen and all",
}


def show(model: models.ModelFile, given: Input | None) -> None:
    """Show the four preparations of what was drawn."""
    from mnist_core.model.inference import predict

    if given is None or len(given.images) != 1:
        st.caption("Draw one digit: it is shown here prepared in four ways, with what the network reads in each.")
        return
    network = models.network(model)
    images = recipes(given.pixels) | {"mnist": given.images[0]}
    st.html(panels.recipes_html([(NAMES[name], one, predict(network, one)) for name, one in images.items()]))
    if len(images) < len(NAMES):
        st.caption(
            "The other preparations start from the pixels on the board, in which they find no digit. The strokes show "
            "more: how the pen went, and what lies beyond the edge."
        )
