"""The other pictures of a sweep: parallel coordinates, a heat map with intervals, and what matters."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mnist_core.figures.sweeps import heat_map_figure, importance_figure, parallel_figure
from mnist_core.sweeps import heat_map, sentences
from mnist_core.sweeps.points import Count, Point, State
from mnist_core.sweeps.settings import SweepSettings
from mnist_core.sweeps.study import IMPORTANCE_NEEDS
from mnist_core.sweeps.sweep import Sweep
from ui.cached import sweep_records
from ui.shared import names, panels
from ui.sweeps import state

SHAPES: dict[str, State] = {
    "circles are": "running",
    "triangles were": "pruned",
    "squares are": "impossible",
    "diamonds have": "failed",
}
"""How points without a result are drawn on the plane."""
_HEIGHT = 330
"""CSS pixels."""
_LINES, _HEAT, _MATTERS = "Each point as a line", "Heat map", "What matters"


def show(sweep: Sweep, settings: SweepSettings, points: Sequence[Point]) -> None:
    """Draw the picture that is chosen, with its sentence."""
    kinds = [_LINES, *([_HEAT] if len(settings.space) > 1 else []), _MATTERS]
    chosen = st.segmented_control(
        "Picture",
        kinds,
        default=_MATTERS,
        required=True,
        key=state.key("picture", len(kinds)),
        persist_state="session",
        label_visibility="collapsed",
        help="Three more ways to look at the same points.",
    )
    if not Count.of(points).measured:
        st.caption("It is drawn when the first point is measured.")
    elif chosen == _LINES:
        panels.lines(parallel_figure(points, settings.space), state.key("lines"), _HEIGHT)
        st.caption(
            "Each line is a measured point, from its settings at the left to its accuracy at the right. Drag along an "
            "axis to keep only the lines that pass there; a click on the axis brings all back."
        )
    elif chosen == _HEAT:
        _heat_map(settings, points)
    else:
        importance = sweep_records.importance(sweep)
        if importance:
            panels.lines(importance_figure(importance), state.key("importance"), 90 + 44 * len(importance))
        measured = Count.of(points).measured
        st.caption(names.in_markdown(sentences.describe_importance(importance, measured, IMPORTANCE_NEEDS)))


def _heat_map(settings: SweepSettings, points: Sequence[Point]) -> None:
    fields = {one.field: one for one in settings.space}
    first, second = list(fields)[:2]
    if len(fields) > 2:
        with st.container(horizontal=True):
            first = _field("Across", list(fields), first)
            second = _field("Up", [name for name in fields if name != first], second if second != first else "")
    x, y = fields[first], fields[second]
    grid = settings.grid if settings.way == "grid" else None
    found = heat_map.cells(points, x, y, grid)
    columns, rows = (heat_map.names_of_cells(one, grid[one.field] if grid else None) for one in (x, y))
    called = [name.replace("_", " ") for name in (first, second)]
    panels.lines(heat_map_figure(found, columns, rows, *called), state.key("heat-map"), _HEIGHT)
    st.caption(
        names.in_markdown(
            f"{heat_map.describe(found, columns, rows, *called)} The small number is half the width of the mean's 95 % "
            "interval, over the seeds and points in a cell; a cell with one run has none."
        )
    )


def _field(label: str, fields: Sequence[str], begun: str) -> str:
    chosen = st.selectbox(
        label,
        fields,
        fields.index(begun) if begun in fields else 0,
        format_func=lambda name: name.replace("_", " "),
        key=state.key(label, len(fields)),
        width=200,
        help="A setting that is varied.",
    )
    return chosen or fields[0]
