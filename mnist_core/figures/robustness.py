"""Accuracy against the amount of a corruption: small, one of nine, or large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mnist_core.corruptions import Corruption
from mnist_core.figures.colours import COMPARED, TEST
from mnist_core.figures.plain import go
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
    figure = go.Figure()
    for (name, points), (colour, dash) in zip(curves, ((TEST, "solid"), (COMPARED, "dash")), strict=False):
        figure.add_scatter(
            **_curve(corruption, name, points, large),
            line={"color": colour, "dash": dash, "width": 2},
            marker={"size": 8 if large else 5},
            # A click chooses the chart, not a point of it: nothing is dimmed.
            unselected={"marker": {"opacity": 1}},
        )
    figure.add_hline(CHANCE, line={"dash": "dot", "width": 1, "color": "grey"})
    if large:
        guessing = {"text": "guessing", "font": {"size": 11, "color": "grey"}, "showarrow": False}
        figure.add_annotation(guessing, x=0, xref="paper", y=CHANCE, xanchor="left", yanchor="bottom")
    title = f"{corruption.name.capitalize()} ({corruption.unit})"
    figure.update_layout(
        title={
            "text": f"Accuracy against {title.lower()}" if large else title,
            "font": {"size": 13},
            "x": 0,
            "y": 0.97,
        },
        height=240 if large else 112,
        margin={"l": LEFT + 16 * large, "r": RIGHT, "t": 26, "b": 44 if large else 18},
        showlegend=large and len(curves) > 1,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
        hovermode="x",
        dragmode=False,
        uirevision="robustness",
    )
    ticks = {"tickvals": list(range(len(amounts))), "ticktext": [f"{amount:g}".replace("-", "−") for amount in amounts]}
    figure.update_xaxes(
        range=[-0.5, len(amounts) - 0.5],
        title=title.lower() if large else None,
        zeroline=False,
        tickangle=0,
        **ticks,
    )
    figure.update_yaxes(
        range=[0, 104],
        tickvals=[0, 50, 90, 100] if large else [0, 50, 100],
        title="images read right (%)" if large else None,
        zeroline=False,
    )
    return figure


def _curve(corruption: Corruption, name: str, points: Sequence[Point], intervals_shown: bool) -> dict[str, Any]:
    """One model's points, their 95 % intervals, and what is said where the pointer is."""
    amounts = sorted(corruption.amounts)
    shares = [100 * point.accuracy.share for point in points]
    lows, highs = ([100 * point.accuracy.interval[end] for point in points] for end in (0, 1))
    return {
        "x": [amounts.index(point.amount) for point in points],
        "y": shares,
        "customdata": [(corruption.say(p.amount), low, high) for p, low, high in zip(points, lows, highs, strict=True)],
        "error_y": {
            "visible": intervals_shown,
            "array": [high - share for share, high in zip(shares, highs, strict=True)],
            "arrayminus": [share - low for share, low in zip(shares, lows, strict=True)],
            "thickness": 1.2,
        },
        "name": name,
        "mode": "lines+markers",
        "hovertemplate": (
            f"{name}: %{{y:.1f}} % at %{{customdata[0]}}<br>"
            "95 % interval %{customdata[1]:.1f} to %{customdata[2]:.1f} %<extra></extra>"
        ),
    }
