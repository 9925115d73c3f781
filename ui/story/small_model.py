"""The small model that two screens train: softmax regression on a few training images, from zero on, in an instant."""

from __future__ import annotations

import streamlit as st

from mnist_core.explain.softmax_regression import Descent, descend
from mnist_core.figures.echarts import Option, axis, line, plot
from ui.cached import dataset

IMAGES, STEPS = 3_000, 40


@st.cache_data(show_spinner=False, max_entries=64)
def trained(rate: float) -> Descent:
    """Return its training with a learning rate, over all STEPS."""
    data = dataset.mnist()
    return descend(data.train_images[:IMAGES], data.train_labels[:IMAGES], rate, STEPS)


def losses_figure(title: str, curves: dict[str, tuple[list[float], str]]) -> Option:
    """Return the chart of losses over steps; of each curve its name, its losses and its colour."""
    scale = {"min": 0, "max": 5}
    series = [line(name, enumerate(losses), colour) | {"clip": True} for name, (losses, colour) in curves.items()]
    return plot(title, axis("steps", 24) | {"min": 0, "max": STEPS}, axis("loss", 32) | scale) | {"series": series}
