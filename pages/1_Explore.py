"""Explore: the data. One image by its index, and a random wall of forty."""

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from ui import panels, resources, shell, state

shell.page("Explore", ":material/grid_view:")
st.title("What the network learns from")

try:
    data = resources.mnist()
except DigitLabError as error:
    st.error(str(error))
    st.stop()

left, right = st.columns([2, 3], gap="large")
with left:
    part = st.segmented_control(
        "Part of MNIST",
        ["training", "test"],
        default="training",
        required=True,
        key="digit-lab.explore.part",
        persist_state="session",
        help="The network learns from the training images; the test images are kept back to measure it at the end.",
    )
    images, labels = (
        (data.train_images, data.train_labels) if part == "training" else (data.test_images, data.test_labels)
    )
    index = st.number_input(
        "Index",
        0,
        len(images) - 1,
        0,
        key=f"digit-lab.explore.index.{part}",
        persist_state="session",
        help="Every image has a number, counted from 0.",
    )
    st.html(panels.pixels_html(images[index], 308, f"{part} image {index}, a {labels[index]}"))
    st.markdown(f"Index **{index:,}** · label **{labels[index]}** · size **28 × 28**, grey values 0 to 255")
    if st.button(
        "Take it in hand",
        icon=":material/back_hand:",
        help="Makes it the digit in hand: the Draw page shows what the network makes of it.",
    ):
        state.set_digit(
            np.asarray(images[index], np.float32) / 255,
            f"{part.capitalize()} image {index:,}, labelled {labels[index]}",
            int(labels[index]),
        )
        st.switch_page("pages/4_Draw.py")

with right:
    title, button = st.columns([3, 2], vertical_alignment="bottom")
    title.markdown(f"**Forty random {part} images**, each with its index")
    button.button("Deal again", icon=":material/shuffle:", on_click=state.next_seed, help="Show forty other images.")
    wall = np.random.default_rng(state.seed()).choice(len(images), 40, replace=False)
    cells = "".join(
        '<figure style="margin:0;text-align:center;font-size:.72rem">'
        + panels.pixels_html(images[i], 84, f"image {i}, a {labels[i]}")
        + f"<figcaption>{i:,}: <b>{labels[i]}</b></figcaption></figure>"
        for i in wall
    )
    st.html(f'<div style="display:grid;grid-template-columns:repeat(8,minmax(0,84px));gap:6px">{cells}</div>')
    shown = np.bincount(labels[wall], minlength=10)
    st.caption(
        f"Among these forty, {shown.argmax()} comes most often ({shown.max()} times). "
        "Which would you have read otherwise?"
    )
