"""Screen 7: the development cycle, with the visitor's own runs in it."""

from __future__ import annotations

from html import escape
from math import cos, pi, sin

import streamlit as st

from mnist_core.figures.network_picture import svg
from mnist_core.formatting import accuracy
from mnist_core.runs.run import Run
from ui.cached import run_records
from ui.shared import names, panels, visitor
from ui.story import columns, state

_STATIONS = ("Look at the data", "Have an idea", "Change the model", "Train and test")
_SHOWN = 6


def show(_: object) -> None:
    """Draw the screen."""
    text, cycle = columns.text_and_live()
    runs = run_records.runs_of(visitor.asker().owner, _SHOWN)[::-1]
    with text:
        st.markdown(
            "A good network takes several rounds: **look at the data, have an idea, change the model, train and test**"
            ", and again. Each round answers one question, so change **one thing** at a time.\n\n"
            + describe_rounds(runs)
        )
        if st.button("Next round: train a network", icon=":material/model_training:", key=state.key("round")):
            st.switch_page("pages/4_Train.py")
        if len(runs) > 1 and st.button("Compare them", icon=":material/compare_arrows:", key=state.key("compare")):
            st.switch_page("pages/8_Runs.py", query_params={"runs": ",".join(run.id for run in runs[-2:])})
    rounds = zip(names.names_of(runs), runs, strict=True)
    cycle.html(_cycle_html([f"{name}: {accuracy(_test_accuracy(run))}" for name, run in rounds]))


def describe_rounds(runs: list[Run]) -> str:
    """Return what the visitor's rounds so far have led to; the oldest run is the first."""
    if not runs:
        return "You have not been round yet: your first training will stand in the middle of this circle."
    found = dict(zip(names.names_of(runs), map(_test_accuracy, runs), strict=True))
    measured = {name: share for name, share in found.items() if share is not None}
    said = f"You have been round **{len(runs)} time{'s' if len(runs) > 1 else ''}**"
    if not measured:
        return f"{said}; none of these runs has been measured yet."
    best = max(measured, key=lambda name: measured[name])
    return f"{said}; the best so far is **{names.in_markdown(best)}**, {accuracy(measured[best])}."


def _test_accuracy(run: Run) -> float | None:
    return run_records.reader(run).read().test_accuracy


def _cycle_html(rounds: list[str]) -> str:
    """Return the circle with its four stations, and the rounds in its middle, the newest last and bold."""
    middle, radius = 210, 150
    stations, arrows = "", ""
    for number, station in enumerate(_STATIONS):
        angle = 2 * pi * number / len(_STATIONS) - pi / 2
        x, y = middle + radius * cos(angle) * 1.12, middle + radius * sin(angle)
        stations += (
            f'<rect x="{x - 74:.0f}" y="{y - 19:.0f}" width="148" height="38" rx="19" fill="#2f6fb2"/>'
            f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" dominant-baseline="central" font-size="14" '
            f'fill="#fff">{station}</text>'
        )
        at = angle + pi / len(_STATIONS)
        x, y, turn = middle + radius * cos(at) * 1.12, middle + radius * sin(at), at * 180 / pi + 90
        arrows += (
            '<path d="M-7 -7 L7 0 L-7 7" fill="none" stroke="currentColor" stroke-width="3" '
            f'transform="translate({x:.0f} {y:.0f}) rotate({turn:.0f})"/>'
        )
    lines = "".join(
        f'<text x="{middle}" y="{middle + 22 * (n - (len(rounds) - 1) / 2):.0f}" text-anchor="middle" '
        f'dominant-baseline="central" font-size="14" font-weight="{700 if n == len(rounds) - 1 else 400}" '
        f'fill="currentColor">{escape(text if len(text) <= 30 else text[:29] + "…")}</text>'
        for n, text in enumerate(rounds)
    )
    ring = (
        f'<ellipse cx="{middle}" cy="{middle}" rx="{radius * 1.12:.0f}" ry="{radius}" fill="none" '
        f'stroke="currentColor" stroke-opacity=".35" stroke-width="3"/>'
    )
    spoken = f"The development cycle: {', '.join(_STATIONS)}, and again. {'; '.join(rounds)}"
    return panels.svg_html(svg("-40 30 500 360", f"{ring}{arrows}{stations}{lines}"), spoken)
