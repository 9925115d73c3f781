"""Marks on a run's curves: where the learning rate was changed, and which epoch's weights are used."""

from __future__ import annotations

from typing import Literal

from mnist_core.figures.echarts import Option, dotted
from mnist_core.history import History


def marks(history: History, place: Literal["insideStartTop", "insideEndTop"]) -> Option:
    """Return upright lines and what is written at their lower or upper end, as the `markLine` of a series."""
    found = [(change.epoch, f"rate {change.new:.2g}") for change in history.rate_changes if change.step <= history.step]
    if history.best_epoch:
        found.append((float(history.best_epoch), f"epoch {history.best_epoch} is used"))
    written: Option = {"show": True, "position": place, "color": "gray", "fontSize": 11}
    return dotted(*({"xAxis": x, "label": written | {"formatter": text}} for x, text in found))
