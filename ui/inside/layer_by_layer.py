"""Layer by layer: the line of shapes to choose from, and what the chosen layer makes of the digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from mnist_core.architecture import Layer, blocks
from mnist_core.figures.explain import maps_figure, units_figure
from mnist_core.formatting import signed
from ui.inside import board, state
from ui.shared import session
from ui.shared.panels import NO_TOOLBAR

if TYPE_CHECKING:
    from mnist_core.explain.activations import Activation

_READING = {
    "convolution": "Each filter slides over everything it receives and leaves one map: bright where its pattern is.",
    "batch norm": "Every map is stretched and shifted, by numbers that were learned, to a size that trains well.",
    "activation": "The activation bends each number by itself; ReLU sets everything below zero to zero.",
    "max pool": "Of every 2 × 2 pixels only the largest stays: half as wide, half as high, less exact about the place.",
    "average pool": "Every 2 × 2 pixels become their average: half as wide and half as high.",
    "flatten": "All maps, laid out as one long row of numbers: from here on, places are forgotten.",
    "dropout": "Only in training are some units switched off at random; while reading, nothing changes here.",
    "dense": "Each unit is a weighted sum of everything in the layer before.",
}


def choose(table: list[Layer]) -> list[Layer]:
    """Let one of the network's blocks be chosen from the line of shapes; the image is an empty block."""
    found = {block[0].name: block for block in blocks(table)}
    first, *_ = found
    if session.widget_value(state.INSIDE_LAYER, first) not in ("image", *found):
        session.show_in_widget(state.INSIDE_LAYER, first)  # another network is in hand

    def label(name: str) -> str:
        shape = found[name][0].output_shape if name in found else table[0].input_shape
        return f"→ {name} {_written(shape)}" if name in found else f"image {_written(shape)}"

    chosen = st.pills(
        "The layers in order, with the shape that each puts out",
        ["image", *found],
        format_func=label,
        default=first if session.widget_value(state.INSIDE_LAYER) is None else None,
        required=True,
        key=state.INSIDE_LAYER,
        persist_state="session",
        wrap=True,
        help="A shape is (maps, rows, columns), or the number of units once the maps are laid out in a row.",
    )
    return found.get(chosen or first, [])


def show(table: list[Layer], passed: list[Activation]) -> None:
    """Show every map or unit of the chosen layer."""
    block = choose(table)
    named = {a.name: a for a in passed}
    if not block:
        _maps(named["image"])
        st.caption("This is all that the network gets: 28 × 28 numbers from 0 (black) to 1 (white).")
        return
    layer = _step(block)
    found = named[layer.name]
    if len(found.shape) == 3:
        chart = _maps(found)
        if layer.kind == "activation" and block[0] is table[0]:
            board.show_maps(chart, found)
    else:
        _units(found, last=layer is table[-1])
    st.caption(f"{_READING[layer.kind]} {_describe_activation(found)}")


def _written(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))})" if len(shape) > 1 else f"({shape[0]},)"


def _step(block: list[Layer]) -> Layer:
    if len(block) == 1:
        return block[0]
    kinds = {layer.kind: layer for layer in block}
    kind = st.segmented_control(
        "Shown after",
        list(kinds),
        format_func=lambda kind: kinds[kind].text,
        default=block[-1].kind,
        required=True,
        key=state.key("step", block[0].name, len(block)),
        wrap=True,
        help="A layer is several steps: look at its numbers after each of them.",
    )
    return kinds[kind]


def _maps(found: Activation) -> str:
    """Draw a layer's maps and return the key of their chart."""
    count, height, width = found.shape
    title = f"{found.text}: {count} map{'s' if count > 1 else ''} of {height} × {width}, on one scale"
    key = state.key("maps", found.name)
    if found.name == "image":
        title = "The image, 28 × 28"
        st.plotly_chart(maps_figure(found.values, title, "grey"), key=key, config=NO_TOOLBAR, alt=title)
        return key

    def open_map() -> None:
        if points := session.widget_value(key)["selection"]["points"]:
            state.set_pixel(session.widget_value(state.INSIDE_LAYER), state.Pixel(map=points[0]["point_index"]))
            state.set_inside_section("pixel")

    st.plotly_chart(
        maps_figure(found.values, title, "value"),
        key=key,
        config=NO_TOOLBAR,
        alt=title,
        on_select=open_map,
        selection_mode="points",
    )
    return key


def _units(found: Activation, last: bool) -> None:
    title = f"{found.text}: one number for each"
    st.plotly_chart(
        units_figure(found.values, title, "logit" if last else "value"),
        key=state.key("units", found.name),
        config=NO_TOOLBAR,
        alt=title,
    )


def _describe_activation(found: Activation) -> str:
    values = found.values
    strongest = int(np.abs(values).reshape(len(values), -1).max(axis=1).argmax())
    span = f"values go from {signed(float(values.min()), 2)} to {signed(float(values.max()), 2)}"
    silent = float((values == 0).mean())
    quiet = f"; {silent:.0%} of its numbers are exactly zero" if silent > 0.01 else ""
    if len(found.shape) == 3:
        return f"Here map {strongest} answers most; {span}{quiet}. Click a map to open it."
    if found.name == "output":
        second, first = np.argsort(values)[-2:]
        return f"Here {first} leads with {signed(values[first], 2)}, before {second} with {signed(values[second], 2)}."
    return f"Here unit {strongest} answers most; {span}{quiet}."
