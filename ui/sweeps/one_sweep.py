"""One sweep: its points live over the plane, the best so far, what matters, and how much of it is luck.

It is a fragment that draws itself anew once a second while runs are under way, and no route of the server's: what it
shows is computed from Optuna's journal, in Python, and changes only when a run begins or ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.figures.sweeps import plane_figure
from mnist_core.sweeps import check, sentences, sweeps, trash
from mnist_core.sweeps.networks import disk_of
from mnist_core.sweeps.points import Count, Point, ranked
from mnist_core.sweeps.settings import SweepSettings
from mnist_core.sweeps.sweep import Sweep
from ui.cached import drawings, run_records, sweep_records
from ui.shared import names, panels, session, visitor
from ui.sweeps import charts, state

_HEIGHT = 350
"""CSS pixels."""
_TICK = 1.0
"""Seconds between redraws while something is under way."""


def show(sweep: Sweep) -> None:
    """Draw a sweep.

    Raises:
        SweepError: it cannot be read.
    """
    settings = sweep.settings()
    under_way = _is_under_way(sweep)
    st.fragment(_panel, run_every=_TICK if under_way else None)(sweep, settings, under_way)


def _is_under_way(sweep: Sweep) -> bool:
    found = check.read_check(sweep)
    return sweep.status() == "running" or (found is not None and found.under_way)


def _panel(sweep: Sweep, settings: SweepSettings, shown_as_under_way: bool) -> None:
    if not state.is_shown() or _is_under_way(sweep) != shown_as_under_way:
        st.rerun()  # once: the page is then drawn without the tick, or with it, or shows a run
    with st.container():
        if problem := session.take_problem():
            st.error(names.in_markdown(f"Not possible: {problem.rstrip('.')}."))
    points = sweep_records.points(sweep)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        panels.lines(plane_figure(points, settings.space, sweep.prediction()), state.key("plane"), _HEIGHT)
        st.caption(names.in_markdown(_describe_plane(sweep, settings, points)))
    with right:
        _standing(sweep, settings, points)
        _luck(sweep, settings, points)
    charts.show(sweep, settings, points)
    _disk(sweep, settings, points)


def _describe_plane(sweep: Sweep, settings: SweepSettings, points: Sequence[Point]) -> str:
    said = [sentences.describe_best(points, settings)]
    prediction, best = sweep.prediction(), ranked(points)
    if prediction and best:
        said.append(f"Predicted: {sentences.describe_values(prediction)}.")
    others = [f"{name} {state}" for name, state in charts.SHAPES.items() if any(p.state == state for p in points)]
    if others and len(settings.space) > 1:
        said.append(f"Hollow: {', '.join(others)}.")
    return " ".join(said)


def _standing(sweep: Sweep, settings: SweepSettings, points: Sequence[Point]) -> None:
    """Say how far it is, and offer what can be done now."""
    status, count = sweep.status(), Count.of(points)
    begun = settings.most_runs and min(1.0, count.runs / settings.most_runs)
    heads = {"running": "It is searching.", "stopped": "It is stopped.", "ended": sweep.end()}
    st.progress(begun if status != "ended" else 1.0, names.in_markdown(heads[status]))
    st.markdown(names.in_markdown(count.describe()))
    if problem := sweep.problem():
        st.warning(names.in_markdown(f"It waits: {problem}"))
    mine = visitor.asker().owns(sweep.owner())
    with st.container(horizontal=True):
        if status != "ended" and mine:
            if status == "running":
                _button("Stop", ":material/stop:", sweep, sweeps.stop, "Stop it with its runs; it can go on later.")
            else:
                _button("Go on", ":material/play_arrow:", sweep, sweeps.resume, "Go on, with the runs it was at.")
        if best := ranked(points):
            st.button(
                "See the best run",
                icon=":material/visibility:",
                key=state.key("see", best[0].runs[0]),
                on_click=state.see_run,
                args=(best[0].runs[0],),
                help="Shows it on the list of runs, with its curves and its network.",
            )


def _button(label: str, icon: str, sweep: Sweep, act: Callable[..., None], text: str) -> None:
    def ask() -> None:
        try:
            act(sweep, run_records.jobs(), asker=visitor.asker())
        except DigitLabError as error:
            session.set_problem(error)

    st.button(label, icon=icon, key=state.key(label, sweep.id), on_click=ask, help=text)


def _luck(sweep: Sweep, settings: SweepSettings, points: Sequence[Point]) -> None:
    """Say how much of the best point may be luck, and offer to measure it again."""
    images = len(sweep.drawings()) or settings.base.validation_size
    if luck := sentences.describe_luck(points, settings, images):
        st.markdown(names.in_markdown(luck))
    found = check.read_check(sweep, drawings.drawings()[0] if settings.objective == "drawings" else ())
    if found:
        st.info(names.in_markdown(found.describe()), icon=":material/balance:")
    can = sweep.status() != "running" and ranked(points) and not (found and found.under_way)
    if can and visitor.asker().owns(sweep.owner()):

        def measure() -> None:
            if (now := check.read_check(sweep)) and now.under_way:
                return  # this click was heard before
            try:
                check.begin_check(sweep, run_records.jobs(), asker=visitor.asker())
            except DigitLabError as error:
                session.set_problem(error)

        st.button(
            "Measure the best again, with 5 new seeds",
            icon=":material/casino:",
            key=state.key("check", sweep.id),
            on_click=measure,
            help="Trains the best point and the default with five seeds that no point has had, and compares them.",
        )


def _disk(sweep: Sweep, settings: SweepSettings, points: Sequence[Point]) -> None:
    """Say how much disk it takes, and offer to clean up."""
    size = disk_of(points, sweep.runs_folder)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(sentences.describe_disk(size, settings, Count.of(points).runs))
        if sweep.status() == "running" or not visitor.asker().owns(sweep.owner()):
            return
        with st.popover("Clean up", icon=":material/delete:", key=state.key("clean", sweep.id), width="content"):
            for label, act, text in (
                ("Delete all its networks", sweeps.delete_networks_of, "Its points, curves and settings stay."),
                ("Delete the sweep with all its runs", trash.delete, "It can be brought back for a week."),
            ):
                st.button(
                    label,
                    key=state.key(label, sweep.id),
                    on_click=_clean,
                    args=(act, sweep),
                    help=text,
                )


def _clean(act: Callable[..., None], sweep: Sweep) -> None:
    try:
        act(sweep, asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)
    sweep_records.forget()
