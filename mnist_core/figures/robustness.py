"""Accuracy against the amount of a corruption: small, one of nine, or large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mnist_core.corruptions import Corruption
from mnist_core.figures.colours import COMPARED, TEST
from mnist_core.figures.plain import figure, go
from mnist_core.robustness import Point

LEFT, RIGHT = 40, 8
"""Pixels beside the plot: whoever puts images under the axis leaves as many."""
CHANCE = 10.0
"""Per cent read right by guessing one of ten digits."""


def robustness_figure(
    corruption: Corruption, curves: Sequence[tuple[str, Sequence[Point]]], *, large: bool = False
) -> go.Figure:
    """Draw one or two models' accuracy, in per cent, against the amounts of one corruption.

    The amounts are spaced evenly, whatever their values, so that eight images fit under them.

    Args:
        corruption: what the images were changed by.
        curves: for each model its name and its points with this corruption, by amount, as far as they are measured.
        large: with the 95 % intervals, the axes' names and a legend.
    """
    amounts = sorted(corruption.amounts)
    grey = {"dash": "dot", "width": 1, "color": "grey"}
    guessing = {"text": "guessing", "font": {"size": 11, "color": "grey"}, "showarrow": False, "x": 0, "xref": "paper"}
    name = f"{corruption.name.capitalize()} ({corruption.unit})"
    return figure(
        [
            _curve(corruption, model, points, {"color": colour, "dash": dash, "width": 2}, large=large)
            for (model, points), (colour, dash) in zip(curves, ((TEST, "solid"), (COMPARED, "dash")), strict=False)
        ],
        {
            "title": {
                "text": f"Accuracy against {name.lower()}" if large else name,
                "font": {"size": 13},
                "x": 0,
                "y": 0.97,
            },
            "height": 240 if large else 112,
            "margin": {"l": LEFT + 16 * large, "r": RIGHT, "t": 26, "b": 44 if large else 18},
            "showlegend": large and len(curves) > 1,
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
            "hovermode": "x",
            "dragmode": False,
            "uirevision": "robustness",
            "shapes": [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": CHANCE, "y1": CHANCE, "line": grey}],
            "annotations": [guessing | {"y": CHANCE, "xanchor": "left", "yanchor": "bottom"}] if large else [],
            "xaxis": {
                "range": [-0.5, len(amounts) - 0.5],
                "title": {"text": name.lower() if large else ""},
                "zeroline": False,
                "tickangle": 0,
                "tickvals": list(range(len(amounts))),
                "ticktext": [f"{amount:g}".replace("-", "−") for amount in amounts],
            },
            "yaxis": {
                "range": [0, 104],
                "tickvals": [0, 50, 90, 100] if large else [0, 50, 100],
                "title": {"text": "images read right (%)" if large else ""},
                "zeroline": False,
            },
        },
    )


def _curve(
    corruption: Corruption, model: str, points: Sequence[Point], line: dict[str, Any], *, large: bool
) -> dict[str, Any]:
    amounts = sorted(corruption.amounts)
    percent = [[100 * share for share in (p.accuracy.share, *p.accuracy.interval)] for p in points]
    return {
        "type": "scatter",
        "x": [amounts.index(point.amount) for point in points],
        "y": [accuracy for accuracy, _, _ in percent],
        "customdata": [
            (corruption.say(point.amount), low, high) for point, (_, low, high) in zip(points, percent, strict=True)
        ],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "visible": large,
            "array": [high - accuracy for accuracy, _, high in percent],
            "arrayminus": [accuracy - low for accuracy, low, _ in percent],
            "thickness": 1.2,
        },
        "name": model,
        "mode": "lines+markers",
        "line": line,
        "marker": {"size": 8 if large else 5},
        # A click chooses the chart, not a point of it: nothing is dimmed.
        "unselected": {"marker": {"opacity": 1}},
        "hovertemplate": (
            f"{model}: %{{y:.1f}} % at %{{customdata[0]}}<br>"
            "95 % interval %{customdata[1]:.1f} to %{customdata[2]:.1f} %<extra></extra>"
        ),
    }
