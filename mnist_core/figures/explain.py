"""Feature maps, filters and units of one layer: one figure a layer, on one colour scale."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from mnist_core.figures import plotly
from mnist_core.figures.colours import DIGITS, NEUTRAL, PICKED
from mnist_core.figures.diverging import SCALE, largest
from mnist_core.figures.plotly import go


def maps_figure(values: NDArray[np.float32], title: str, unit: str, *, off: Collection[int] = ()) -> go.Figure:
    """Draw maps (C, H, W) side by side, numbered from 0 in reading order; those in `off` are crossed out.

    A click selects a map: its number is the point's index.
    """
    count, height, width = values.shape
    columns = min(count, ceil(sqrt(2.2 * count)))
    rows = ceil(count / columns)
    gap = min(3, 1 + height // 5)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan, np.float32)
    x, y = [], []
    for i, one in enumerate(values):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        sheet[top : top + height, left : left + width] = one
        x.append(left + (width - 1) / 2)
        y.append(top + (height - 1) / 2)
    crossed = sorted(off)
    figure = go.Figure(
        [
            _heatmap(sheet, unit, largest(values)),
            go.Scatter(
                x=[x[i] for i in crossed],
                y=[y[i] for i in crossed],
                mode="markers",
                marker={"symbol": "x", "size": 16, "color": PICKED},
                hoverinfo="skip",
            ),
            _targets(x, y, [f"number {i}" for i in range(count)]),
        ]
    )
    return _plain(figure, title, 320)


def map_figure(values: NDArray[np.float32], limit: float, title: str, row: int, column: int) -> go.Figure:
    """Draw one map (H, W) on a scale from -limit to limit, with one pixel framed. A click selects a pixel.

    The selected point's index is row · W + column.
    """
    height, width = values.shape
    places = [(row, column) for row in range(height) for column in range(width)]
    texts = [f"row {row}, column {column}: {values[row, column]:.3f}" for row, column in places]
    figure = go.Figure([_heatmap(values, None, limit), _targets([c for _, c in places], [r for r, _ in places], texts)])
    figure.add_shape(
        type="rect",
        x0=column - 0.5,
        x1=column + 0.5,
        y0=row - 0.5,
        y1=row + 0.5,
        line={"color": PICKED, "width": 3},
    )
    return _plain(figure, title, 290)


def units_figure(values: NDArray[np.float32], title: str, unit: str) -> go.Figure:
    """Draw a dense layer's units (N,) as bars; ten units that are logits are in the digits' colours."""
    logits = unit == "logit"
    figure = go.Figure(
        go.Bar(
            x=np.arange(len(values)),
            y=values,
            marker={"color": list(DIGITS) if logits else NEUTRAL, "line": {"width": 0}},
            hovertemplate=("digit" if logits else "unit") + " %{x}: %{y:.3f}<extra></extra>",
        )
    )
    figure.update_layout(
        title=plotly.title(title),
        height=330,
        margin=plotly.MARGIN,
        bargap=0.15,
        dragmode=False,
    )
    figure.update_xaxes(title="digit" if logits else "unit", dtick=1 if logits else None, fixedrange=True)
    figure.update_yaxes(title=unit, fixedrange=True, automargin=True)
    return figure


def _targets(x: Sequence[float], y: Sequence[float], texts: list[str]) -> go.Scatter:
    """Return points that nobody sees, to click on: plotly selects points, but no cell of a heatmap."""
    hidden = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"opacity": 0},
        selected=hidden,
        unselected=hidden,
        text=texts,
        hovertemplate="%{text}<extra></extra>",
    )


def _heatmap(values: NDArray[np.float32], unit: str | None, limit: float) -> go.Heatmap:
    return go.Heatmap(
        z=values,
        zmin=-limit,
        zmax=limit,
        colorscale=[list(stop) for stop in SCALE],
        showscale=unit is not None,
        colorbar={"title": {"text": unit}, "thickness": 10, "len": 0.9},
        hoverinfo="skip",
    )


def _plain(figure: go.Figure, title: str, height: int) -> go.Figure:
    figure.update_layout(
        title=plotly.title(title),
        height=height,
        margin={"l": 4, "r": 4, "t": 34, "b": 4},
        hovermode="closest",
        hoverdistance=-1,  # anywhere: a click on a map's corner is a click on that map
        dragmode=False,
        showlegend=False,
    )
    figure.update_xaxes(visible=False, fixedrange=True, constrain="domain")
    figure.update_yaxes(visible=False, fixedrange=True, constrain="domain", scaleanchor="x", autorange="reversed")
    return figure
