"""The curves of a run: loss and accuracy over its epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import plotly.graph_objects as go

from mnist_core.figures.colours import TEST, TRAINING, VALIDATION
from mnist_core.figures.marks import marks
from mnist_core.history import History

MOST_POINTS = 500
"""A browser draws this many points a curve without a pause, four times a second."""

_T = TypeVar("_T")


def thin(points: Sequence[_T], most: int = MOST_POINTS) -> list[_T]:
    """Keep at most `most` of the points, evenly spread, the first and the last among them."""
    if len(points) <= most:
        return list(points)
    last = len(points) - 1
    return [points[i * last // (most - 1)] for i in range(most)]


def loss_figure(history: History) -> go.Figure:
    """Draw training and validation loss over the epochs."""
    steps, validations = thin(history.steps), thin(history.validations)
    return _curves(
        "Loss",
        "loss (lower is better)",
        [s.epoch for s in steps],
        [s.loss for s in steps],
        [v.epoch for v in validations],
        [v.loss for v in validations],
        history,
    )


def accuracy_figure(history: History) -> go.Figure:
    """Draw training and validation accuracy, in per cent, over the epochs; the test accuracy once it is known."""
    steps, validations = thin(history.steps), thin(history.validations)
    figure = _curves(
        "Accuracy",
        "images read right (%)",
        [s.epoch for s in steps],
        [100 * s.accuracy for s in steps],
        [v.epoch for v in validations],
        [100 * v.accuracy for v in validations],
        history,
    )
    figure.update_yaxes(rangemode="normal")
    if history.test_accuracy is not None:
        figure.add_scatter(
            x=[history.steps[-1].epoch if history.steps else 0],
            y=[100 * history.test_accuracy],
            name="test",
            mode="markers",
            marker={"color": TEST, "size": 11, "symbol": "star"},
            hovertemplate="test %{y:.2f} %<extra></extra>",
        )
    return figure


def _curves(
    title: str,
    axis: str,
    x: Sequence[float],
    y: Sequence[float],
    validation_x: Sequence[float],
    validation_y: Sequence[float],
    history: History,
) -> go.Figure:
    epochs = history.started.total_steps / history.started.steps_per_epoch if history.started else 1
    figure = go.Figure(
        [
            go.Scatter(
                x=x,
                y=y,
                name="training",
                mode="lines+markers" if len(x) < 3 else "lines",
                line={"color": TRAINING, "width": 2},
                hovertemplate="training %{y:.3f}<extra></extra>",
            ),
            go.Scatter(
                x=validation_x,
                y=validation_y,
                name="validation",
                mode="lines+markers",
                line={"color": VALIDATION, "width": 2},
                marker={"size": 6},
                hovertemplate="validation %{y:.3f}<extra></extra>",
            ),
        ]
    )
    figure.update_layout(
        title={"text": title, "font": {"size": 15}, "x": 0, "y": 0.98},
        height=290,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
        hovermode="x unified",
        # The same value on every redraw: plotly then keeps the reader's zoom and hidden curves.
        uirevision="live",
        **marks(history),
    )
    figure.update_xaxes(title="epochs", range=[0, epochs], automargin=True)
    figure.update_yaxes(title=axis, rangemode="tozero", automargin=True)
    return figure
