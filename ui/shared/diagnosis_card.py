"""The diagnosis of a run: what its numbers say, and one change that a click puts into the form of settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from mnist_core.diagnosis.fine_tuning import diagnose_fine_tuning
from mnist_core.diagnosis.verdict import Verdict, diagnose
from mnist_core.errors import RunError
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
    """Draw the verdict on a run that has ended, with its reason and a way on; of one that goes on, a quiet line.

    Nothing is drawn while there is too little to say.
    """
    try:
        described = run_records.described(run)
    except RunError:
        return  # the page has said so
    tuned = described.trained_on.last_fine_tuning
    if tuned:
        start = names.in_markdown(models.called(tuned.start))
        found = diagnose_fine_tuning(history, replace(tuned, start=start))
    else:
        found = diagnose(history, described.config)
    if found is None:
        return
    if history.end is None:
        st.caption(f"So far: **{found.verdict}**. {found.why}")
        return
    with st.container(border=True):
        st.markdown(f"##### {_ICONS[found.verdict]} {found.verdict[0].upper()}{found.verdict[1:]}")
        st.markdown(found.why)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(("**One change to try.** " if found.change else "") + found.advice, width="content")
            if found.change and st.button(
                "Try it",
                icon=":material/edit_note:",
                key=session.widget_key(key, "try", run.id),
                help="Puts this run's settings, with this one change, into the form on the Train page.",
            ):
                _into_form(run, found.change)


def _into_form(run: Run, change: dict[str, Any]) -> None:
    name = run.description()["name"]
    form.set_settings(name if name in PRESETS else form_links.DEFAULT_PRESET, run.config().replace(**change))
    form.renew_form()
    st.toast("The form now holds this run's settings with that one change. Press Start.", icon=":material/edit_note:")
    st.switch_page("pages/2_Train.py")
