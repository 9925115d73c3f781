"""Runs that a lesson starts together: a button, how far each is, and the curve of the one at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.errors import DigitLabError
from mnist_core.lessons.lesson import Lesson, PlannedRun
from mnist_core.lessons.record import Entry
from mnist_core.runs.run import Run
from ui.cached import run_records
from ui.lessons import state
from ui.live import run_summary, views
from ui.shared import lessons, session, visitor

_HEIGHT = 230
"""CSS pixels."""


def show(lesson: Lesson, entry: Entry, planned: Sequence[PlannedRun], number: int) -> None:
    """Draw the button that starts the runs of a step; while they are under way, follow them."""
    runs, labels = lessons.own_runs(lesson, entry), {one.config: one.label for one in planned}
    active = [run for run in run_records.jobs().active() if run in runs and run.config() in labels]
    if active:
        _follow(active, labels)
        return
    count = f"the {len(planned)} runs" if len(planned) > 1 else "the run"
    st.button(
        f"Start {count}",
        type="primary",
        icon=":material/play_arrow:",
        key=state.key("start", lesson.id, number, len(runs)),  # heard twice, a click starts them once
        on_click=_start,
        args=(lesson, entry, planned, len(runs)),
    )


def _follow(active: Sequence[Run], labels: Mapping[TrainConfig, str]) -> None:
    """Show each run that is under way, the first with its curve. When one ends, the page is drawn anew."""
    with st.container(key=state.key("under-way")):
        for run in active:
            st.caption(labels[run.config()])
            views.progress(run.id, run_summary.stage(run, run_records.reader(run).read()))
        views.chart(active[0].id, "loss", height=_HEIGHT, smoothing=0.0)


def _start(lesson: Lesson, entry: Entry, planned: Sequence[PlannedRun], known: int) -> None:
    if len(lessons.own_runs(lesson, entry)) != known:
        return
    try:
        for one in planned:
            run_records.jobs().start(one.config, one.preset, asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)
