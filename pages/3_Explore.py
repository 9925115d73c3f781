"""Explore: the data. One image, walls of them, their statistics, a map, and training against test images."""

import streamlit as st

from mnist_core.errors import DigitLabError
from ui import shell
from ui.cached import dataset
from ui.explore import digit_map, one_image, state, statistics, training_and_test, wall
from ui.shared import names
from ui.shared.warm_up import warm_up

SECTIONS = {
    "image": ("One image", one_image.show),
    "wall": ("Wall", wall.show),
    "statistics": ("Statistics", statistics.show),
    "map": ("Map", digit_map.show),
    "splits": ("Training and test", training_and_test.show),
}

shell.page("Explore")
title, choice = st.columns([5, 7], vertical_alignment="center")
title.title("What the network learns from")

try:
    data = dataset.mnist()
except DigitLabError as error:
    st.error(names.in_markdown(error.sentence))
    st.stop()

asked = state.explored("section")
section = asked if asked in SECTIONS else state.EXPLORED["section"]
state.show("section", section)
choice.segmented_control(
    "Section",
    list(SECTIONS),
    format_func=lambda name: SECTIONS[name][0],
    required=True,
    wrap=True,
    key=state.key("section"),
    on_change=lambda: state.set_explored(section=state.value("section")),
    label_visibility="collapsed",
    help="Five ways to look at the 70,000 images of MNIST.",
)
state.set_explored(section=section)
SECTIONS[section][1](data)
warm_up("scipy.spatial")  # the map's neighbours
