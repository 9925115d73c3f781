"""What a corruption does: accuracy against its amount, large and small, and one image's true digit against it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.corruptions import Corruption
from mnist_core.evaluation.robustness import Point
from mnist_core.figures.colours import COMPARED, DIGITS, TEST
from mnist_core.figures.echarts import Option, axis, dotted, laid_out, line, plot, with_texts
from mnist_core.figures.plotly import go

LEFT, RIGHT = 40, 8
"""Pixels beside the plot of a small chart: whoever puts images under the axis leaves as many."""
LEFT_OF_LARGE = 56
"""The same of a large one, on its left."""
HEIGHT = 112
"""CSS pixels of a small chart."""
CHANCE = 10.0
"""Per cent read right by guessing one of ten digits."""

Curves = Sequence[tuple[str, Sequence[Point]]]
"""For one or two models the name and the points with one corruption, by amount, as far as they are measured."""


def robustness_figure(corruption: Corruption, curves: Curves) -> go.Figure:
    """Draw the models' accuracy, in per cent, against the amounts of a corruption, with its 95% intervals.

    The amounts are spaced evenly, whatever their values, so that eight images fit under them.
    """
    grey = {"dash": "dot", "width": 1, "color": "grey"}
    guessing = {"text": "guessing", "font": {"size": 11, "color": "grey"}, "showarrow": False, "x": 0, "xref": "paper"}
    name = f"{corruption.name} ({corruption.unit})"
    ticks = _ticks(corruption)
    return go.Figure(
        [
            _curve(corruption, model, points, {"color": colour, "dash": dash, "width": 2})
            for (model, points), (colour, dash) in zip(curves, ((TEST, "solid"), (COMPARED, "dash")), strict=False)
        ],
        {
            "title": {"text": f"Accuracy against {name}", "font": {"size": 13}, "x": 0, "y": 0.97},
            "height": 240,
            "margin": {"l": LEFT_OF_LARGE, "r": RIGHT, "t": 26, "b": 44},
            "showlegend": len(curves) > 1,
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
            "hovermode": "x",
            "dragmode": False,
            "uirevision": "robustness",
            "shapes": [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": CHANCE, "y1": CHANCE, "line": grey}],
            "annotations": [guessing | {"y": CHANCE, "xanchor": "left", "yanchor": "bottom"}],
            "xaxis": {
                "range": [-0.5, len(ticks) - 0.5],
                "title": {"text": name},
                "zeroline": False,
                "tickangle": 0,
                "tickvals": list(range(len(ticks))),
                "ticktext": ticks,
            },
            "yaxis": {
                "range": [0, 104],
                "tickvals": [0, 50, 90, 100],
                "title": {"text": "images read right (%)"},
                "zeroline": False,
            },
        },
    )


def _curve(corruption: Corruption, model: str, points: Sequence[Point], line: dict[str, Any]) -> dict[str, Any]:
    amounts = sorted(corruption.amounts)
    percent = [[100 * share for share in (p.accuracy.share, *p.accuracy.interval)] for p in points]
    return {
        "type": "scatter",
        "x": [amounts.index(point.amount) for point in points],
        "y": [accuracy for accuracy, _, _ in percent],
        "customdata": [
            (corruption.describe(point.amount), low, high)
            for point, (_, low, high) in zip(points, percent, strict=True)
        ],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [high - accuracy for accuracy, _, high in percent],
            "arrayminus": [accuracy - low for accuracy, low, _ in percent],
            "thickness": 1.2,
        },
        "name": escape(model, quote=False),  # plotly reads names as HTML
        "mode": "lines+markers",
        "line": line,
        "marker": {"size": 8},
        "hovertemplate": (
            "%{fullData.name}: %{y:.1f}% at %{customdata[0]}<br>"
            "95% interval %{customdata[1]:.1f} to %{customdata[2]:.1f}%<extra></extra>"
        ),
    }


def small_robustness_figure(corruption: Corruption, curves: Curves) -> Option:
    """Draw the same as one of nine small charts, without the intervals."""
    amounts = sorted(corruption.amounts)
    name = f"{corruption.name.capitalize()} ({corruption.unit})"
    return laid_out(name, {"left": LEFT, "right": RIGHT, "top": 26, "bottom": 18}, size=13) | {
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": _ticks(corruption), "axisTick": {"show": False}},
        "yAxis": {"type": "value", "min": 0, "max": 100, "interval": 50},
        "series": [
            {
                "type": "line",
                "name": model,
                "data": [[amounts.index(p.amount), round(100 * p.accuracy.share, 1)] for p in points],
                "lineStyle": {"color": colour, "type": dash, "width": 2},
                "itemStyle": {"color": colour},
                "symbol": "circle",
                "symbolSize": 6,
                "markLine": dotted({"yAxis": CHANCE}),
            }
            for (model, points), (colour, dash) in zip(curves, ((TEST, "solid"), (COMPARED, "dashed")), strict=False)
        ],
    }


def _ticks(corruption: Corruption) -> list[str]:
    return [f"{amount:g}".replace("-", "−") for amount in sorted(corruption.amounts)]


def break_figure(
    corruption: Corruption,
    amounts: Sequence[float],
    probabilities: NDArray[np.floating],
    digit: int,
    amount: float,
    limits: Sequence[float],
) -> Option:
    """Draw how probable the true digit is, in per cent, at every amount of one corruption.

    Args:
        corruption: what the image was changed by.
        amounts: ascending, (A,).
        probabilities: of the ten digits at each of them, (A, 10), 0 to 1.
        digit: the true one.
        amount: the current one, which is marked.
        limits: the amounts, at most one a direction, at which the true digit stops being the most probable.
    """
    percent = 100 * probabilities
    others = np.delete(percent, digit, axis=1)
    rivals = np.delete(np.arange(10), digit)[others.argmax(1)]
    rival = line("strongest other", zip(amounts, others.max(1), strict=True), "gray")
    rival["lineStyle"] |= {"type": "dotted", "width": 1.5}
    true = line("true digit", zip(amounts, percent[:, digit], strict=True), DIGITS[digit])
    true["lineStyle"]["width"] = 3
    label: Option = {"show": True, "position": "end"}
    true["markLine"] = dotted(*({"xAxis": x, "label": label | {"formatter": corruption.describe(x)}} for x in limits))
    now = line("now", [(amount, percent[list(amounts).index(amount), digit])], DIGITS[digit])
    x = axis(f"{corruption.name} ({corruption.unit})", 24) | {"min": amounts[0], "max": amounts[-1]}
    option = plot(f"Probability of the {digit}", x, axis("probability (%)", 36) | {"min": 0, "max": 100})
    option["grid"]["top"] = 56
    option["tooltip"]["formatter"] = "{b0}<br>{b1}"
    return option | {
        "series": [
            with_texts(true, [f"{digit}: {share:.1f}%" for share in percent[:, digit]]),
            with_texts(rival, [f"{one}: {share:.1f}%" for one, share in zip(rivals, others.max(1), strict=True)]),
            now | {"symbolSize": 13, "silent": True, "clip": False, "tooltip": {"show": False}},
        ]
    }
