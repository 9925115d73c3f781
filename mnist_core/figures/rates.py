"""The chart of the learning-rate range test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mnist_core.figures.colours import TRAINING, VALIDATION
from mnist_core.figures.plain import MARGIN, figure, go, title


def rates_figure(rates: Sequence[float], losses: Sequence[float], suggestion: float | None) -> go.Figure:
    """Draw the smoothed loss against the learning rate, on a logarithmic axis, with the suggestion marked."""
    line = {
        "type": "scatter",
        "x": list(rates),
        "y": list(losses),
        "mode": "lines",
        "line": {"color": TRAINING, "width": 2},
        "hovertemplate": "rate %{x:.2g}: loss %{y:.2f}<extra></extra>",
    }
    layout: dict[str, Any] = {
        "title": title("Loss at rising learning rates"),
        "height": 190,
        "margin": MARGIN,
        "showlegend": False,
        "uirevision": "live",
        "xaxis": {"title": {"text": "learning rate"}, "type": "log", "range": [-6, 1], "automargin": True},
        "yaxis": {"title": {"text": "loss, smoothed"}, "rangemode": "tozero", "automargin": True},
    }
    layout["xaxis"] |= {"tickformat": "~g", "dtick": 2}
    if suggestion:
        mark = {"color": VALIDATION, "width": 2, "dash": "dot"}
        layout["shapes"] = [
            {"type": "line", "x0": suggestion, "x1": suggestion, "y0": 0, "y1": 1, "yref": "paper", "line": mark}
        ]
    return figure([line], layout)
