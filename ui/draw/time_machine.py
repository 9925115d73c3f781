"""The time machine: the digit in hand, read by the model's run as it was at the end of each epoch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.errors import DigitLabError, RunError
from mnist_core.figures.training import probabilities_figure
from mnist_core.formatting import percent, with_article
from mnist_core.runs.store import find_run
from mnist_core.runs.watched import key_of
from mnist_core.storage.png import to_grey
from ui.cached import models
from ui.draw import state
from ui.live import views
from ui.shared import names, panels

if TYPE_CHECKING:
    from mnist_core.model.network import DigitNet

_HEIGHT = 300
"""CSS pixels."""
_FILTERS = 32
_MOST = 40
"""Epochs that are kept in memory; of longer runs, so many evenly spread."""


def show(model: models.ModelFile, image: NDArray[np.float32]) -> None:
    """Choose an epoch of the model's run and show what it then read in `image`, (28, 28) in [0, 1]."""
    from mnist_core.model.inference import predict

    try:
        epochs = find_run(model.name).epochs()
    except RunError:
        st.caption("A shipped network comes without its past. Train one on the Train page and take it in hand.")
        return
    if not epochs:
        st.caption("This run has not completed an epoch yet.")
        return
    shown = [epochs[i] for i in sorted({*np.linspace(0, len(epochs) - 1, min(len(epochs), _MOST)).astype(int)})]
    try:
        networks = _networks(str(find_run(model.name).path), tuple(shown))
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    found = [predict(network, image) for network in networks]
    left, right = st.columns([2, 3], gap="medium")
    with left:
        chosen = shown[-1]
        if len(shown) > 1:
            chosen = st.select_slider(
                "Epoch",
                shown,
                value=shown[-1],
                key=state.key("epoch", model.name, shown[-1]),
                help="Go back to how the network was at the end of this epoch.",
            )
        then = found[shown.index(chosen)]
        st.markdown(
            f"After epoch **{chosen}** it read **{with_article(then.digit)}**, {percent(then.confidence)} sure."
        )
        st.html(panels.bars_html(then))
        st.caption("The filters of its first layer then:")
        st.html(_filters_html(networks[shown.index(chosen)]))
    with right:
        figure = probabilities_figure(shown, [one.probabilities for one in found], chosen)
        panels.lines(figure, state.key("epochs"), _HEIGHT)
        st.caption(_describe_readings(shown, [one.digit for one in found]))
    grey = to_grey(image)
    key, watched = key_of(grey), find_run(model.name).watched.keys()
    if key in watched:
        st.markdown("**While it learned**, at each look")
        views.film_strip(model.name, key, grey, label=None, now=found[-1].probabilities)


def _filters_html(network: DigitNet) -> str:
    from mnist_core.explain.weights import as_grey, first_filters

    grey = as_grey(first_filters(network))[:_FILTERS]
    tiles = "".join(panels.pixels_html(one, 34, f"filter {number}") for number, one in enumerate(grey, 1))
    return f'<div style="display:flex;flex-wrap:wrap;gap:4px">{tiles}</div>'


def _describe_readings(epochs: list[int], read: list[int]) -> str:
    """Return since which epoch the network has read what it reads at the end; `read` has the digit of each epoch."""
    settled = len(read) - 1
    while settled and read[settled - 1] == read[-1]:
        settled -= 1
    if settled == 0:
        return f"It has read {with_article(read[-1])} from the first epoch shown."
    before = f"before that, after epoch {epochs[settled - 1]}, {with_article(read[settled - 1])}"
    return f"From epoch {epochs[settled]} on it reads {with_article(read[-1])}; {before}."


@st.cache_resource(show_spinner=False, max_entries=4)
def _networks(path: str, epochs: tuple[int, ...]) -> list[DigitNet]:
    from mnist_core.model.checkpoint import load_checkpoint
    from mnist_core.runs.run import Run

    return [load_checkpoint(Run(Path(path)).epoch_checkpoint(epoch))[0] for epoch in epochs]
