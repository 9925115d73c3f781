"""Charts of the data set: the balance of its classes, its grey values, where its ink falls, maps of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.figures.colours import DIGITS, TEST, TRAINING, VALIDATION
from mnist_core.figures.plain import go

_SPLITS = {"training": TRAINING, "validation": VALIDATION, "test": TEST}


def balance_figure(counts: Mapping[str, NDArray[np.int64]]) -> go.Figure:
    """Draw the share of each digit, in per cent, from counts (10,) of the splits training, validation and test."""
    figure = go.Figure(
        [
            go.Bar(
                x=list(range(10)),
                y=100 * count / count.sum(),
                customdata=count,
                name=split,
                marker={"color": _SPLITS[split]},
                hovertemplate=f"{split}, digit %{{x}}: %{{customdata:,}} images, %{{y:.1f}} %<extra></extra>",
            )
            for split, count in counts.items()
        ]
    )
    _lay_out(figure, "Balance of the classes", "digit", "share of the images (%)", 240)
    figure.update_layout(margin={"t": 56})
    figure.add_hline(10, line={"dash": "dot", "width": 1, "color": "gray"})
    figure.update_xaxes(dtick=1)
    return figure


def grey_figure(grey: NDArray[np.int64], colour: str) -> go.Figure:
    """Draw the histogram of grey values from counts (256,), in per cent of all pixels, on a logarithmic axis."""
    share = 100 * grey / grey.sum()
    figure = go.Figure(
        go.Bar(
            x=list(range(256)),
            y=share,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="grey value %{x}: %{y:.3f} % of all pixels<extra></extra>",
        )
    )
    _lay_out(figure, "Grey values", "grey value, 0 black to 255 white", "share of all pixels (%)", 240)
    figure.update_layout(bargap=0, showlegend=False)
    figure.update_yaxes(type="log")
    return figure


def ink_figure(ink: NDArray[np.float32]) -> go.Figure:
    """Draw where ink falls: the share of images, in per cent, with ink at each pixel of (28, 28)."""
    figure = go.Figure(
        go.Heatmap(
            z=100 * ink,
            colorscale="Viridis",
            colorbar={"title": {"text": "images (%)", "side": "right"}, "thickness": 12},
            hovertemplate="row %{y}, column %{x}: ink in %{z:.1f} % of the images<extra></extra>",
        )
    )
    _lay_out(figure, "Where ink falls", "column (pixels)", "row (pixels)", 240)
    figure.update_yaxes(autorange="reversed", scaleanchor="x", constrain="domain")
    figure.update_xaxes(constrain="domain")
    return figure


def map_figure(
    points: NDArray[np.float32], labels: NDArray[np.uint8], indices: NDArray[np.int64], axes: Sequence[str], title: str
) -> go.Figure:
    """Draw images as points (N, 2) in their digits' colours.

    A point's custom data are its row in `points` and its index in the data set.
    """
    figure = go.Figure(
        [
            go.Scattergl(
                x=points[labels == digit, 0],
                y=points[labels == digit, 1],
                # As lists: a selection would bring an array back as a mapping.
                customdata=np.stack([np.flatnonzero(labels == digit), indices[labels == digit]], axis=1).tolist(),
                name=str(digit),
                mode="markers",
                marker={"color": DIGITS[digit], "size": 5, "opacity": 0.8},
                hovertemplate=f"training image %{{customdata[1]:,}}, a {digit}<extra></extra>",
            )
            for digit in np.unique(labels)
        ]
    )
    _lay_out(figure, title, axes[0], axes[1], 470)
    figure.update_layout(
        legend={"orientation": "v", "x": 1.01, "xanchor": "left", "y": 1, "yanchor": "top", "itemsizing": "constant"},
        dragmode="pan",
        hovermode="closest",
        clickmode="event+select",
        uirevision=title,
    )
    return figure


def _lay_out(figure: go.Figure, title: str, x: str, y: str, height: int) -> None:
    figure.update_layout(
        title={"text": title, "font": {"size": 15}, "x": 0, "y": 0.98},
        height=height,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
    )
    figure.update_xaxes(title=x, automargin=True)
    figure.update_yaxes(title=y, automargin=True)
