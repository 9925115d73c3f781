"""The diagnosis of a run: what its numbers say, and one change that a click puts into the form of settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from mnist_core.diagnosis.diagnoses import Diagnosis, Verdict
from mnist_core.diagnosis.fine_tuning import diagnose_fine_tuning
from mnist_core.diagnosis.verdict import diagnose
from mnist_core.errors import RunError
from mnist_core.events import Failed
from mnist_core.history import History
from mnist_core.presets import PRESETS
from mnist_core.runs.run import Run
from ui.cached import models, run_records
from ui.shared import form, form_links, names, session

_ICONS: dict[Verdict, str] = {
    "still learning": ":material/trending_down:",
    "high bias": ":material/south:",
    "high variance": ":material/call_split:",
    "learning rate too high": ":material/keyboard_double_arrow_up:",
    "learning rate too low": ":material/keyboard_double_arrow_down:",
    "diverged": ":material/warning:",
    "well fitted": ":material/check_circle:",
    "not measured": ":material/help:",
    "handwriting learned": ":material/check_circle:",
    "no difference shown": ":material/help:",
    "drawings read worse": ":material/south:",
    "MNIST forgotten": ":material/warning:",
}


def card(run: Run, history: History, key: str) -> None:
    """Draw the verdict on a run that has ended, with its reason and ways on; of one that goes on, a quiet line.

    Where there is too little to say, a run that has ended keeps only the way to draw with its network.
    """
    found = diagnosis(run, history)
    if history.end is None:
        if found:
            st.caption(f"So far: **{found.verdict}**. {found.why}")
        return
    drawable = run.snapshot.exists() and not isinstance(history.end, Failed)
    if found is None:
        if drawable:
            _draw_with(run, key)
        return
    with st.container(border=True, gap="small"):
        st.markdown(f"**{_ICONS[found.verdict]} {found.verdict[0].upper()}{found.verdict[1:]}.** {found.why}")
        with st.container(horizontal=True, vertical_alignment="center"):
            if drawable:
                _draw_with(run, key)
            st.markdown(("**One change to try.** " if found.change else "") + found.advice, width="content")
            if found.change and st.button(
                "Try it",
                icon=":material/edit_note:",
                key=session.widget_key(key, "try", run.id),
                help="Puts this run's settings, with this one change, into the form on the Train page.",
            ):
                _into_form(run, found.change)


def diagnosis(run: Run, history: History) -> Diagnosis | None:
    """Return the diagnosis of a run, in Markdown; None where there is too little to say, or it cannot be read."""
    try:
        described = run_records.described(run)
    except RunError:
        return None  # the page says so
    tuned = described.trained_on.last_fine_tuning
    if tuned:
        start = names.in_markdown(models.called(tuned.start))
        return diagnose_fine_tuning(history, replace(tuned, start=start))
    return diagnose(history, described.config)


def _draw_with(run: Run, key: str) -> None:
    """Offer to take the run's network in hand and to draw with it."""
    if st.button(
        "Draw with it",
        type="primary",
        icon=":material/draw:",
        key=session.widget_key(key, "draw-with", run.id),
        help="Takes this network in hand and opens the Draw page: it reads what you draw.",
    ):
        session.set_model(run.id)
        st.switch_page("pages/6_Draw.py")


def _into_form(run: Run, change: dict[str, Any]) -> None:
    name = run.description()["name"]
    form.set_settings(name if name in PRESETS else form_links.DEFAULT_PRESET, run.config().replace(**change))
    form.renew_form()
    st.toast("The form now holds this run's settings with that one change. Press Start.", icon=":material/edit_note:")
    st.switch_page("pages/4_Train.py")
