"""Marks on a run's curves: where the learning rate was changed, and which epoch's weights are used."""

from __future__ import annotations

from typing import Any

from mnist_core.history import History

_GREY = "#888888"
"""Seen on light and on dark."""


def marks(history: History) -> dict[str, list[dict[str, Any]]]:
    """Return vertical lines and what is written at them, as a plotly layout's `shapes` and `annotations`."""
    found = [(change.epoch, f"rate {change.new:.2g}") for change in history.rate_changes if change.step <= history.step]
    if history.best_epoch:
        found.append((float(history.best_epoch), f"epoch {history.best_epoch} is used"))
    line = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "line": {"color": _GREY, "width": 1, "dash": "dot"}}
    text = {
        "yref": "paper",
        "yanchor": "top",
        "xanchor": "left",
        "showarrow": False,
        "textangle": 90,
        "font": {"color": _GREY, "size": 11},
    }
    return {
        "shapes": [line | {"x0": x, "x1": x} for x, _ in found],
        "annotations": [text | {"x": x, "y": 1, "text": label} for x, label in found],
    }
