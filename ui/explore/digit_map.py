"""Explore, the map: 5,000 training images as points; neighbours look alike, to the eye or to the network."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data.mnist import Mnist
from mnist_core.explore.analyses import MAP_SEED, MAP_SIZE, Findings, map_indices
from mnist_core.explore.projections import neighbours_agree
from mnist_core.figures.explore import PREVIEW, SHEET_COLUMNS, map_figure
from mnist_core.formatting import percent
from mnist_core.storage.png import png_url
from ui.cached import dataset
from ui.explore import analyses, picture, state
from ui.shared import panels, session
from ui.shared.kept_choice import kept_choice

_HEIGHT = 470
"""CSS pixels of the map."""
_SIXTEEN_GREYS = (np.round(np.arange(256) / 17) * 17).astype(np.uint8)
"""The nearest of 16 greys to each of 256: looking it up takes a twentieth of the time of rounding each pixel."""


def show(data: Mnist) -> None:
    """Draw the section."""
    with st.container(horizontal=True):
        seen = kept_choice(
            "Map of",
            ["Pixels", "Last layer"],
            "Last layer",
            key=state.key("map-of"),
            help="The images' 784 grey values, or what the model in hand has made of them just before its ten outputs.",
        )
        drawn = kept_choice(
            "Drawn by",
            ["PCA", "t-SNE"],
            "PCA",
            key=state.key("map-by"),
            help="PCA looks from where the points spread most; t-SNE moves them until near neighbours lie together.",
        )
    of_network, by_tsne = seen == "Last layer", drawn == "t-SNE"
    name, found = analyses.of_network() if of_network else ("", analyses.of_pixels())
    method = "tsne" if by_tsne else "pca"
    if method not in found:
        return
    with st.container(key=state.key("map-columns")):
        chart_column, side = st.columns([4, 1], gap="medium")
    chosen = map_indices(len(data.train_images))
    labels = data.train_labels[chosen]
    axes = (
        ("t-SNE 1 (no unit)", "t-SNE 2 (no unit)")
        if by_tsne
        else tuple(f"component {i} ({share:.0%} of the variance)" for i, share in enumerate(found["pca_shares"], 1))
    )
    seen_by = f"the last layer of “{name}”" if of_network else "their pixels"
    with chart_column:
        title = f"{MAP_SIZE:,} training images by {seen_by}"
        picked = st.echarts_chart(
            map_figure(found[method], labels, chosen, axes, title),
            key=state.key("map"),
            alt=title,
            height=_HEIGHT,
            on_select="rerun",
        )
        st.caption(_describe_map(found, method, labels, of_network))
    if groups := picked["selection"]["selected"]:
        one = picture.picture(data, "training", int(chosen[groups[0]["data_indices"][0]]))
        if (one.part, str(one.index)) != (
            state.explored("part"),
            state.explored("index"),
        ) or session.digit() is None:
            picture.take(one)
    with side:
        panels.last_column_first(state.key("map-columns"))
        picture.in_hand("Point at a dot to see its image; click on it, and it becomes the digit in hand.")
    st.html(_style())  # last: nothing waits for the 700 kB of all images


@st.cache_data(show_spinner=False, max_entries=1)
def _style() -> str:
    """Return the style of the tooltip's image: the images of the map as one picture, in 16 greys to keep it small."""
    images = dataset.mnist().train_images[map_indices(60_000)]
    rows = -(-len(images) // SHEET_COLUMNS)
    padded = np.zeros((rows * SHEET_COLUMNS, 28, 28), np.uint8)
    padded[: len(images)] = images
    sheet = padded.reshape(rows, SHEET_COLUMNS, 28, 28).swapaxes(1, 2).reshape(rows * 28, SHEET_COLUMNS * 28)
    url = png_url(_SIXTEEN_GREYS[sheet])
    return (
        f"<style>.map-image {{ width: {PREVIEW}px; height: {PREVIEW}px; image-rendering: pixelated; "
        f"background: url({url}) 0 0 / {SHEET_COLUMNS * PREVIEW}px auto; border-radius: 6px; }}</style>"
    )


def _describe_map(found: Findings, method: str, labels: NDArray[np.uint8], of_network: bool) -> str:
    agreement = _agreement(found[method], labels)
    worst, best = int(agreement.argmin()), int(agreement.argmax())
    overall = np.average(agreement, weights=np.bincount(labels, minlength=len(agreement)))
    caution = " Neighbourhoods mean something here, distances between groups do not." if method == "tsne" else ""
    advice = "" if of_network else " Compare it with the last layer: that is what training has achieved."
    return (
        f"The nearest neighbour on this map bears the same label for {percent(overall)} of the images: {best} lies "
        f"most apart from the others ({percent(agreement[best])}), {worst} is most mixed with them "
        f"({percent(agreement[worst])})."
        f"{caution}{advice} {MAP_SIZE:,} images, drawn with seed {MAP_SEED}."
    )


@st.cache_data(show_spinner=False, max_entries=8)
def _agreement(points: NDArray[np.float32], labels: NDArray[np.uint8]) -> NDArray[np.float64]:
    return neighbours_agree(points, labels)
