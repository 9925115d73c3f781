"""The misread images, the surest first, by true digit and digit read."""

from __future__ import annotations

import streamlit as st

from mnist_core.evaluation.metrics import DISPUTED, mistakes
from mnist_core.evaluation.predictions import Outputs
from mnist_core.formatting import with_article
from ui.cached import dataset
from ui.evaluate import gallery, state


@st.fragment
def show(outputs: Outputs, content: str) -> None:
    """Show the misread images, the surest first, by true digit and digit read."""
    labels = dataset.mnist().test_labels
    every = mistakes(outputs, labels)
    chosen = []
    with st.container(horizontal=True, gap="medium"):
        for name, label, help in (
            ("true", "True digit", "Only images with this label."),
            ("read", "Read as", "Only images in which the network reads this digit."),
        ):
            chosen.append(
                st.selectbox(
                    label,
                    [None, *range(10)],
                    format_func=lambda digit: "any" if digit is None else str(digit),
                    key=state.key(name),
                    persist_state="session",
                    width=140,
                    help=help,
                )
            )
    found = mistakes(outputs, labels, *chosen)
    if not len(found):
        st.caption(f"None of its {len(every):,} mistakes is of this kind.")
        return
    disputed = int((outputs.confidence[found] >= DISPUTED).sum())
    st.markdown(
        f"**{len(found):,}** of its {len(every):,} mistakes, the surest first."
        + (
            f" It is at least {DISPUTED:.0%} sure of {disputed:,} of them (★): labels that people might dispute. "
            "Would you have read them as the label says?"
            if disputed
            else ""
        )
    )

    def caption(image: int) -> str:
        star = " ★" if outputs.confidence[image] >= DISPUTED else ""
        return f"{with_article(labels[image])}, {gallery.describe_reading(outputs, image)}{star}"

    gallery.show(f"{content}.wrong.{chosen[0]}.{chosen[1]}", found, caption)
