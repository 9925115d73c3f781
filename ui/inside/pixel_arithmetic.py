"""One pixel's arithmetic: click a pixel of a map, see what it sees of the digit and the sum that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.architecture import Layer
from mnist_core.explain.receptive_field import Field, receptive_field
from mnist_core.figures.diverging import largest
from mnist_core.figures.explain import map_figure
from mnist_core.formatting import signed
from ui.inside import layer_by_layer, state
from ui.shared import numbers, session
from ui.shared.panels import NO_TOOLBAR

if TYPE_CHECKING:
    from mnist_core.explain.activations import Activation
    from mnist_core.explain.convolution import PixelSum
    from mnist_core.model.network import DigitNet


def show(network: DigitNet, passed: list[Activation]) -> Field | None:
    """Show the chosen pixel's arithmetic and return what it sees of the image."""
    table = network.layers
    block = layer_by_layer.choose(table)
    if not block or len(block[0].output_shape) != 3:
        if any(len(layer.output_shape) == 3 for layer in table):
            st.info("Choose a convolution or a pooling above: only their maps have pixels.")
        else:
            st.info(
                "This network has no convolution: each unit of its first dense layer is a sum over all 784 pixels, and "
                "its weights are the pictures under Filters."
            )
        return None
    layer = block[0]
    steps = [step.name for step in block if step.kind != "dropout"]
    index = next(i for i, a in enumerate(passed) if a.name == layer.name)
    received = passed[index - 1]
    maps = next(a for a in passed if a.name == steps[-1]).values
    picture, sums = st.columns([4, 7], gap="medium")
    with picture:
        channel, row, column = _pick(layer.name, maps)
    field = receptive_field(table, layer.name, row, column)
    with sums:
        if layer.kind == "convolution":
            from mnist_core.explain.convolution import pixel_sum

            _convolution(
                layer,
                received,
                pixel_sum(network, layer.name, received.values, channel, row, column),
                f"{channel}.{row}.{column}",
            )
        else:
            _pooling(layer, received.values[channel, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2])
        st.caption(
            f"Through all layers before, this pixel sees rows {field.top} to {field.bottom} and columns {field.left} "
            f"to {field.right} of the digit: the framed {field.height} × {field.width} pixels are its receptive field."
        )
    return field


def _pick(layer: str, maps: NDArray[np.float32]) -> tuple[int, int, int]:
    """Draw one map and let a pixel be chosen in it, by a click or by number."""
    count, height, width = maps.shape
    held = state.pixel(layer)
    strongest = int(np.abs(maps).reshape(count, -1).max(axis=1).argmax())
    channel = strongest if held.map is None else min(held.map, count - 1)
    peak = divmod(int(np.abs(maps[channel]).argmax()), width)
    row = peak[0] if held.row is None else min(held.row, height - 1)
    column = peak[1] if held.column is None else min(held.column, width - 1)
    keys = [state.key(name, layer) for name in ("map", "row", "column")]

    def by_map() -> None:
        state.set_pixel(layer, state.Pixel(session.widget_value(keys[0]), held.row, held.column))

    def by_number() -> None:
        state.set_pixel(layer, state.Pixel(*(session.widget_value(key) for key in keys)))

    def by_click() -> None:
        if points := session.widget_value(chart)["selection"]["points"]:
            state.set_pixel(layer, state.Pixel(channel, *divmod(points[0]["point_index"], width)))

    chart, title = state.key("pixels", layer, channel), f"Map {channel} of {layer}: click a pixel"
    st.plotly_chart(
        map_figure(maps[channel], largest(maps), title, row, column),
        key=chart,
        config=NO_TOOLBAR,
        alt=title,
        on_select=by_click,
        selection_mode="points",
    )
    value = signed(float(maps[channel][row, column]), 4)
    st.caption(f"The framed pixel, in row {row} and column {column}, has the value {value}.")
    fields = st.columns(3)
    for place, key, label, chosen, most, changed, text in zip(
        fields,
        keys,
        ("Map", "Row", "Column"),
        (channel, row, column),
        (count, height, width),
        (by_map, by_number, by_number),
        (
            "Which of the layer's maps, counted from 0.",
            "From the top, counted from 0.",
            "From the left, counted from 0.",
        ),
        strict=True,
    ):
        session.show_in_widget(key, chosen)
        place.number_input(label, 0, most - 1, key=key, on_change=changed, help=text)
    return channel, row, column


def _convolution(layer: Layer, received: Activation, made: PixelSum, place: str) -> None:
    channels = len(made.patch)
    order = np.argsort(-np.abs(made.channel_sums))
    source = 0
    if channels > 1:
        source = st.selectbox(
            "Channel that comes in",
            [int(c) for c in order],
            format_func=lambda c: f"channel {c}: {made.channel_sums[c]:+.4f}",
            key=state.key("channel", layer.name, place),
            help="A filter has one k × k kernel for each channel that comes in; the strongest channel is first.",
        )
    scale, weights = largest(received.values), largest(made.kernel)
    st.html(
        '<div style="display:flex;gap:.3rem;align-items:center;flex-wrap:wrap">'
        + numbers.table_html(made.patch[source], scale, "patch")
        + "<b>×</b>"
        + numbers.table_html(made.kernel[source], weights, "kernel")
        + "<b>=</b>"
        + numbers.table_html(made.products[source], largest(made.products), "products")
        + "</div>"
    )
    st.html(_sum_html(layer, made, source))


def _sum_html(layer: Layer, made: PixelSum, source: int) -> str:
    """Write the sum so that what is shown adds up exactly: each summand that is left over takes the rounding."""
    channels = len(made.patch)
    total, bias, one = round(made.total, 4), round(made.bias, 4), round(float(made.channel_sums[source]), 4)
    lines = [(f"the {made.patch[0].size} products" + (f" of channel {source}" if channels > 1 else ""), one)]
    if channels > 1:
        lines.append((f"those of the other {channels - 1} channel{'s' if channels > 2 else ''}", total - bias - one))
    else:
        bias = total - one
    if made.scale is None:
        lines.append(("the bias", bias))
    rows = [_row_html(text if i == 0 else f"+ {text}", value) for i, (text, value) in enumerate(lines)]
    rows.append(_row_html("= the sum", total, bold=True))
    if made.scale is not None:
        shift = round(made.normalised, 4) - round(made.scale, 4) * total
        stretch, move = signed(made.scale, 4), f"{'+' if shift >= 0 else '−'} {abs(shift):.4f}"
        rows.append(_row_html(f"× {stretch}, {move} (batch normalisation)", made.normalised))
    rows.append(_row_html("after the activation: the pixel’s value", made.value, bold=True))
    return (
        f'<table class="sum" style="border:none;font-variant-numeric:tabular-nums">{"".join(rows)}</table>'
        '<div style="font-size:.8rem;opacity:.7">Rounded to two and to four decimals; one summand takes up '
        "the rounding, so that the lines add up.</div>"
    )


def _row_html(text: str, value: float, bold: bool = False) -> str:
    weight = 700 if bold else 400
    return (
        f'<tr style="font-weight:{weight}"><td style="border:none;padding:.08rem .8rem .08rem 0">{text}</td>'
        f'<td style="border:none;padding:.08rem 0;text-align:right">{signed(value, 4)}</td></tr>'
    )


def _pooling(layer: Layer, window: NDArray[np.float32]) -> None:
    st.html(numbers.table_html(window.astype(np.float64), largest(window), "the four pixels"))
    value = window.max() if layer.kind == "max pool" else window.mean()
    what = "The largest of the four stays" if layer.kind == "max pool" else "Their average is"
    st.markdown(f"{what}: **{value:.4f}**. No weights, no sum: pooling has nothing to learn.")
