"""The curves of a run: loss and accuracy over its epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from mnist_core.figures.colours import TEST, TRAINING, VALIDATION
from mnist_core.figures.marks import marks
from mnist_core.figures.plain import LEGEND, MARGIN, figure, go, title
from mnist_core.history import History

MOST_POINTS = 500
"""A browser draws this many points a curve without a pause, twice a second."""

_T = TypeVar("_T")


def thin(points: Sequence[_T], most: int = MOST_POINTS) -> list[_T]:
    """Keep at most `most` of the points, evenly spread, the first and the last among them."""
    if len(points) <= most:
        return list(points)
    last = len(points) - 1
    return [points[i * last // (most - 1)] for i in range(most)]


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """Return the running mean in which each value counts `weight` times as much as the next one; 0 changes nothing.

    Debiased as in Adam (Kingma and Ba, 2015, section 3), so that the first values are not pulled towards zero.
    """
    smoothed, total, share = [], 0.0, 0.0
    for value in values:
        total = weight * total + (1 - weight) * value
        share = weight * share + (1 - weight)
        smoothed.append(total / share)
    return smoothed


def epochs(history: History) -> float:
    """Return how many epochs the charts of a run are wide."""
    return history.started.total_steps / history.started.steps_per_epoch if history.started else 1.0


def loss_figure(history: History, smoothing: float = 0.0, *, logarithmic: bool = False) -> go.Figure:
    """Draw training and validation loss over the epochs; with smoothing, the unsmoothed training loss pale below."""
    axis: dict[str, Any] = {"title": {"text": "loss (lower is better)"}, "automargin": True}
    axis |= {"type": "log", "tickformat": "~g"} if logarithmic else {"rangemode": "tozero"}
    traces = _curves(
        [s.epoch for s in history.steps],
        [s.loss for s in history.steps],
        [v.epoch for v in history.validations],
        [v.loss for v in history.validations],
        smoothing,
    )
    return figure(traces, _layout("Loss", axis, history))


def accuracy_figure(history: History, smoothing: float = 0.0, guess: float | None = None) -> go.Figure:
    """Draw training and validation accuracy, in per cent, over the epochs; the test accuracy once it is known.

    `guess`, 0 to 1, is what somebody expects of the test accuracy.
    """
    traces = _curves(
        [s.epoch for s in history.steps],
        [100 * s.accuracy for s in history.steps],
        [v.epoch for v in history.validations],
        [100 * v.accuracy for v in history.validations],
        smoothing,
    )
    if history.test_accuracy is not None:
        traces.append(
            {
                "type": "scatter",
                "x": [history.steps[-1].epoch if history.steps else 0],
                "y": [100 * history.test_accuracy],
                "name": "test",
                "mode": "markers",
                "marker": {"color": TEST, "size": 11, "symbol": "star"},
                "hovertemplate": "test %{y:.2f} %<extra></extra>",
            }
        )
    if guess is not None:
        traces.append(
            {
                "type": "scatter",
                "x": [0, epochs(history)],
                "y": [100 * guess, 100 * guess],
                "name": "your guess",
                "mode": "lines",
                "line": {"color": TEST, "width": 2, "dash": "dot"},
                "hovertemplate": "your guess %{y:.1f} %<extra></extra>",
            }
        )
    axis: dict[str, Any] = {"title": {"text": "images read right (%)"}, "automargin": True}
    if not history.steps:
        axis["range"] = [0, 100]
    return figure(traces, _layout("Accuracy", axis, history))


def _curves(
    x: Sequence[float],
    y: Sequence[float],
    validation_x: Sequence[float],
    validation_y: Sequence[float],
    smoothing: float,
) -> list[dict[str, Any]]:
    """Training, validation and, below them and only with smoothing, the training curve as it was measured."""
    points = thin(list(zip(x, y, smooth(y, smoothing), strict=True)))
    at = [point[0] for point in points]
    checked = thin(list(zip(validation_x, validation_y, strict=True)))
    curves: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "x": at,
            "y": [_short(point[2]) for point in points],
            "name": "training",
            "mode": "lines+markers" if len(at) < 3 else "lines",
            "line": {"color": TRAINING, "width": 2},
            "hovertemplate": "training %{y:.3f}<extra></extra>",
        },
        {
            "type": "scatter",
            "x": [point[0] for point in checked],
            "y": [_short(point[1]) for point in checked],
            "name": "validation",
            "mode": "lines+markers",
            "line": {"color": VALIDATION, "width": 2},
            "marker": {"size": 6},
            "hovertemplate": "validation %{y:.3f}<extra></extra>",
        },
    ]
    if smoothing:
        curves.append(
            {
                "type": "scatter",
                "x": at,
                "y": [_short(point[1]) for point in points],
                "name": "not smoothed",
                "mode": "lines",
                "line": {"color": TRAINING, "width": 1},
                "opacity": 0.4,
                "zorder": -1,
                "showlegend": False,
                "hovertemplate": "not smoothed %{y:.3f}<extra></extra>",
            }
        )
    return curves


def _short(value: float) -> float:
    """Five digits are more than a screen shows, and half of what is sent."""
    return float(f"{value:.5g}")


def _layout(text: str, axis: dict[str, Any], history: History) -> dict[str, Any]:
    return {
        "title": title(text),
        "height": 270,
        "margin": MARGIN,
        "legend": LEGEND,
        "hovermode": "x unified",
        # The same value on every redraw: plotly then keeps the reader's zoom and hidden curves.
        "uirevision": axis.get("type", "linear"),
        "xaxis": {"title": {"text": "epochs"}, "range": [0, epochs(history)], "automargin": True},
        "yaxis": axis,
        **marks(history),
    }
