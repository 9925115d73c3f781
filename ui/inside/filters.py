"""The first layer's filters as pictures, and what the network reads when some of them are switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.figures.explain import maps_figure
from mnist_core.formatting import percent
from ui.inside import state
from ui.shared import panels, session
from ui.shared.panels import NO_TOOLBAR

if TYPE_CHECKING:
    from mnist_core.model.inference import Prediction
    from mnist_core.model.network import DigitNet

_MOST_PICTURES = 128
"""A thousand pictures of 28 × 28 would be megabytes for every click."""


def show(network: DigitNet, image: NDArray[np.float32], found: Prediction) -> None:
    """Show the filters with their switches, and both predictions side by side."""
    from mnist_core.explain.ablation import can_switch_off, read_without, read_without_each
    from mnist_core.explain.weights import first_filters

    filters = first_filters(network)
    count, side = len(filters), filters.shape[1]
    shown = filters[:_MOST_PICTURES]
    what = "filter" if side < 28 else "unit"
    title = f"{count} {what}s of {side} × {side} weights, on one scale"
    if len(shown) < count:
        title += f" (the first {len(shown)})"
    if not can_switch_off(network):
        figure = maps_figure(shown, title, "weight")
        st.plotly_chart(figure, key=state.key("filters-plain"), config=NO_TOOLBAR, alt=title)
        st.caption(
            "This network is a single layer: each picture is one digit's template, 0 to 9. Ink on orange speaks for "
            "the digit, ink on blue against it; there is nothing behind it to switch off."
        )
        return
    pictures, switches = st.columns([7, 4], gap="medium")
    key = state.key("off", what, count)
    with switches:
        off = st.multiselect(
            "Switched off",
            range(count),
            format_func=lambda i: f"{what} {i}",
            key=key,
            placeholder="None: click a picture",
            persist_state="session",
            help="The network then reads the digit as if these put out nothing but zeros. Nothing is changed for good.",
        )
        without = read_without(network, image, off)
        which = f"Without {len(off)}" if off else f"With all {count}"
        st.html(
            f'<div>{which}: <b id="without" style="font-size:1.6rem" data-answer="{without.digit}">{without.digit}</b> '
            f"<b>{percent(without.confidence)}</b> sure</div>" + panels.bars_html(without)
        )
    with pictures:
        chart = state.key("filters", sorted(off))  # another key after each click: no point stays selected

        def toggle() -> None:
            clicked = {p["point_index"] for p in session.widget_value(chart)["selection"]["points"]}
            session.show_in_widget(key, sorted(set(off) ^ clicked))

        st.plotly_chart(
            maps_figure(shown, title, "weight", off=[i for i in off if i < len(shown)]),
            key=chart,
            config=NO_TOOLBAR,
            alt=title,
            on_select=toggle,
            selection_mode="points",
        )
        alone = read_without_each(network, image)[:, found.digit]
        st.caption(
            f"Click a picture to switch that {what} off or on. "
            + (
                "Orange weights want ink there, blue ones want none. "
                if network.layers[0].kind == "convolution"
                else ""
            )
            + _describe_most_needed(found, alone, what)
        )


def _describe_most_needed(found: Prediction, alone: NDArray[np.float64], what: str) -> str:
    """Say what switching off one alone does; `alone` (filters,) is the digit's probability without each."""
    worst = int(alone.argmin())
    if found.confidence - alone[worst] < 0.001:
        return (
            f"Of all {len(alone)}, none is needed alone: whichever is off, {found.digit} keeps its "
            f"{percent(found.confidence)}. Many see nearly the same; switch off several."
        )
    return (
        f"Of all {len(alone)}, switching off {what} {worst} alone harms this reading most: {found.digit} goes from "
        f"{percent(found.confidence)} to {percent(alone[worst])}."
    )
