"""Screen 2: inputs and outputs, in a table of tasks, and in pairs of this one."""

from __future__ import annotations

import streamlit as st

from mnist_core.formatting import percent
from mnist_core.storage.png import to_brightness
from ui.cached import dataset, models
from ui.shared import panels, session
from ui.story import state

_TASKS = (
    ("A message that came by mail", "Is it spam?"),
    ("What somebody wrote about a restaurant", "How pleased was the guest?"),
    ("Yesterday's weather", "Will it rain today?"),
    ("A recording of speech", "The words, as text"),
    ("A photograph of a street", "Where are the cars?"),
    ("**An image of a digit**", "**Which digit is it?**"),
)


def show(model: models.ModelFile) -> None:
    """Draw the screen."""
    from mnist_core.model.inference import predict

    text, pair = st.columns([7, 6], gap="large")
    with text:
        st.markdown(
            "Many tasks have this form: an input *x* for which somebody can tell the output *y*. Learning "
            "from such pairs is called **supervised learning**."
        )
        rows = "\n".join(f"| {x} | {y} |" for x, y in _TASKS)
        st.markdown(f"| Input *x* | Output *y* |\n|---|---|\n{rows}")
    data = dataset.mnist()
    with pair:
        st.markdown("**Pairs of the last row.** Choose one of the 10,000 test images by its index:")
        key = state.key("index")
        session.begin_widget(key, 0)
        index = int(st.number_input("Index", 0, len(data.test_images) - 1, key=key, width=180))
        image, label = data.test_images[index], int(data.test_labels[index])
        found = predict(models.network(model), to_brightness(image))
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.html(panels.pixels_html(image, 190, f"test image {index}"), width="content")
            verdict = "the same" if found.digit == label else "another one"
            st.markdown(
                f"*x* is this image.\n\n*y* is **{label}**: the label that its writer gave it.\n\n"
                f"*F(x)* is **{found.digit}**: {verdict}, {percent(found.confidence)} sure.",
                width="stretch",
            )
