"""Whether a sweep may begin another point: its limits, and whether the search still finds new ones. Pure, no torch."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.sweeps.points import Point
from mnist_core.sweeps.settings import SweepSettings

MOST_FRUITLESS = 100
"""Proposals in a row that give no run, since no network can be built so or the point is known: then the sweep ends."""
_MINUTE = 60.0


def describe_used_up(settings: SweepSettings, points: Sequence[Point], under_way: float) -> str:
    """Return why a sweep may begin no other point, as a sentence; empty if it may.

    Args:
        settings: of the sweep.
        points: all of it.
        under_way: seconds of training of the runs that have not ended.
    """
    if settings.way == "grid" and len(points) >= settings.grid_size:
        return f"All {settings.grid_size} points of the grid have been looked at."
    own = [point for point in points if point.state not in ("repeated", "impossible")]
    used = sum(settings.seeds if point.state == "running" else len(point.runs) for point in own)
    if settings.most_runs and used + settings.seeds > settings.most_runs:
        return f"The limit of {settings.most_runs:,} runs is reached."
    if settings.minutes and sum(sum(point.seconds) for point in own) + under_way >= settings.minutes * _MINUTE:
        return f"The limit of {settings.minutes:g} minutes of training is reached."
    ended = [point for point in points if point.state != "running"][-MOST_FRUITLESS:]
    if len(ended) == MOST_FRUITLESS and all(point.state in ("repeated", "impossible") for point in ended):
        return (
            f"The last {MOST_FRUITLESS} points that were proposed are known already or impossible: vary more fields, "
            "or over other values."
        )
    return ""
