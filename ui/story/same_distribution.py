"""Screen 9: the data in use must be like the data of training."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.formatting import percent
from mnist_core.storage.png import to_brightness
from ui.cached import dataset, models
from ui.shared import names, panels, session
from ui.story import columns, state


def show(model: models.ModelFile) -> None:
    """Draw the screen."""
    from mnist_core.model.inference import predict

    text, live = columns.text_and_live()
    text.markdown(
        "A car that learned to drive in sunshine should not be trusted in snow. A network reads well what is **like "
        "its training images**: the data in use must come from the same **distribution**.\n\n"
        "MNIST's digits stand upright in the middle, white on black. **Move the slider** and leave that world step by "
        "step. At some point the answer turns wrong, and often the network stays sure of itself.\n\n"
        "What helps: training images of the new kind, or **augmentation**, which makes some. And looking again from "
        "time to time whether the world has changed."
    )
    held = session.digit()
    image = held.image if held else to_brightness(dataset.mnist().test_images[2])
    with live:
        name = st.selectbox(
            "What changes", list(CORRUPTIONS), format_func=str.capitalize, key=state.key("kind"), width=300
        )
        kind = CORRUPTIONS[name]
        low, high, step = kind.reach
        key = state.key("amount", name)
        session.begin_widget(key, 0.0 if isinstance(step, float) else 0)
        amount = float(st.slider(f"How much, in {kind.unit}", float(low), float(high), step=float(step), key=key))
        changed = kind.apply(image[None], amount, np.random.default_rng(0))[0]
        before, after = (predict(models.network(model), one) for one in (image, changed))
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.html(panels.pixels_html(changed, 190, f"the digit after {name}"), width="content")
            with st.container():
                st.html(panels.bars_html(after))
        what = "As before it is" if after.digit == before.digit else f"Before it was a {before.digit}; now it is"
        st.markdown(
            f"{kind.sentence} {what} read as **{after.digit}**, {percent(after.confidence)} sure, "
            f"by {names.in_markdown(model.called)}."
        )
