"""Screen 5: two hidden layers, and the connections that the digit in hand uses."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.architecture import parameter_count
from mnist_core.figures.network_picture import CONNECTIONS, network_picture
from mnist_core.paths import CHECKPOINTS
from mnist_core.storage.png import png_url, to_brightness
from ui.cached import dataset, models
from ui.shared import panels, session, small_board
from ui.story import state

_NETWORK = models.ModelFile(
    "two-hidden-layers",
    "two hidden layers",
    CHECKPOINTS / "story" / "two-hidden-layers.safetensors",
)
_LAYERS = ("dense1", "dense2", "output")


def show(_: object) -> None:
    """Draw the screen."""
    from mnist_core.explain.activations import activations

    text, picture = st.columns([4, 9], gap="medium")
    network, card = models.network(_NETWORK), models.card(_NETWORK)
    with text:
        st.markdown(
            "On the left the **input layer**: the image. In the middle two **hidden layers** of 16 **units** each. On "
            "the right the **output layer**: ten units, one a digit.\n\n"
            "Each unit adds up what comes in, **weighted**, and hands on what is above zero. Orange lines speak for "
            "the unit that they lead to, blue ones against."
        )
        small_board.canvas(state.PAGE, state.DRAWN, state.SIDE, state.BRUSH, whole=True)
        st.caption("Draw another digit, and other connections light up.")
    held = session.digit()
    image = held.image if held else to_brightness(dataset.mnist().test_images[4])
    passed = activations(network, image)
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    found = {activation.name: activation.values for activation in passed}
    # What a hidden layer hands on is what its activation lets pass.
    layers = [(weights[f"{name}.weight"], np.maximum(found[name], 0)) for name in _LAYERS[:-1]]
    logits = found["output"]
    layers.append((weights["output.weight"], logits))
    answer = int(logits.argmax())
    drawn = network_picture(png_url(image), image, layers, answer)
    picture.html(panels.svg_html(drawn, f"The digit goes through two hidden layers; the network reads {answer}."))
    picture.caption(
        f"This small network reads **{answer}**. It has no convolution and {parameter_count(card.config):,} "
        f"parameters, and reads {card.metrics['test_accuracy']:.0%} of the test images right. Between two layers, the "
        f"{CONNECTIONS} strongest connections are drawn."
    )
