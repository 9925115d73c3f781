"""One plot for all: each run of the class as a point, a hyperparameter against the accuracy or the seconds."""

from __future__ import annotations

import streamlit as st

from mnist_core.classroom.board import shown_names
from mnist_core.classroom.outcomes import Outcome, class_runs, differing, outcomes
from mnist_core.figures.class_runs import RunPoint, class_runs_figure
from mnist_core.runs.store import list_runs
from ui.cached import classes, run_records
from ui.classroom import state
from ui.shared import names, panels, visitor
from ui.shared.kept_choice import kept_choice

_EVERY = 2.0
"""Seconds from one drawing to the next."""
_ACCURACY, _SECONDS = "test images read right (%)", "seconds of training"


def show(now: classes.Now, *, controls: bool) -> None:
    """Draw the plot, anew every two seconds; what is plotted can be chosen where there are controls."""
    x = y = ""
    if controls:
        found = _outcomes(now)
        left, right = st.columns(2)
        settings = differing(found) or ["learning_rate"]
        x = left.selectbox(
            "Across: the setting",
            settings,
            index=settings.index("learning_rate") if "learning_rate" in settings else 0,
            format_func=lambda name: name.replace("_", " "),
            key=state.key("plot-x", len(settings)),
            help="The hyperparameters in which the class's runs differ.",
        )
        with right:
            y = kept_choice(
                "Up: what came",
                [_ACCURACY, _SECONDS],
                _ACCURACY,
                key=state.key("plot-y"),
                help="Hollow points are what was expected before the run began.",
            )
    st.fragment(_draw, run_every=_EVERY)(x, y or _ACCURACY, large=not controls)


def _draw(x: str, y: str, *, large: bool) -> None:
    now = classes.now()
    if now is None:
        return
    found = _outcomes(now)
    x = x or next(iter(differing(found)), "learning_rate")
    shown = shown_names(list(now.seats.values()), now.settings)
    points = [_point(one, shown.get(one.seat, "a seat"), x, y) for one in found]
    points = [point for point in points if point.y is not None or point.expected is not None]
    if not points:
        st.info("No run of the class has ended yet, and nobody has said what to expect.")
        return
    panels.lines(
        class_runs_figure(points, x.replace("_", " "), y, large=large), state.key("plot"), 640 if large else 430
    )
    st.caption(names.in_markdown(f"{len(points)} runs. Hollow: expected before it began; filled: came."))


def _outcomes(now: classes.Now) -> list[Outcome]:
    runs = class_runs(now.classroom, list(now.seats.values()), list_runs())
    runs = [run for run in runs if now.sees(visitor.asker(), run.owner())]
    return outcomes(now.classroom, runs, lambda run: run_records.reader(run).read())


def _point(one: Outcome, name: str, x: str, y: str) -> RunPoint:
    if y == _SECONDS:
        return RunPoint(name, one.setting(x), round(one.seconds, 1) or None, None)
    came, expected = (None if share is None else round(100 * share, 2) for share in (one.accuracy, one.expected))
    return RunPoint(name, one.setting(x), came, expected)
