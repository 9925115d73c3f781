"""The button that makes a report of the model in hand, and the report's downloads."""

from __future__ import annotations

import streamlit as st

from mnist_core.background import BackgroundTask
from mnist_core.errors import DigitLabError
from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.robustness import POINTS, Robustness
from mnist_core.export.report import report
from mnist_core.export.report_html import to_html
from mnist_core.model.card import ModelCard
from ui.cached import dataset, measurements, models
from ui.evaluate import state
from ui.shared import names, progress

_TICK = 1.0
"""Seconds between looks at what is still being measured."""


def offer(model: models.ModelFile, card: ModelCard, fingerprint: str, measuring: BackgroundTask[Measurement]) -> None:
    """Draw the button; once it was clicked and all is measured, the downloads in its place."""
    if measuring.look().failed:
        return  # the page has said so
    if state.reported() != fingerprint:
        st.button(
            "Make a report",
            icon=":material/description:",
            on_click=state.set_reported,
            args=(fingerprint,),
            help="One file with all of this page, its robustness too, that opens with no network; to print or to mail.",
        )
        return
    try:
        changing = measurements.robustness_of(model)
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    measured, changed = measuring.look(), changing.look()
    if changed.failed:
        what = "No report: the robustness could not be measured."
        progress.failure(changing, changed.failed, state.key("try-again", "report"), what=what)
    elif measured.finished and changed.finished:
        _downloads(model, card, fingerprint, measured.result, changed.result)
    else:
        with st.container():
            st.fragment(_waiting, run_every=_TICK)(measuring, changing)


def _waiting(measuring: BackgroundTask[Measurement], changing: BackgroundTask[Robustness]) -> None:
    measured, changed = measuring.look(), changing.look()
    if measured.failed or changed.failed or (measured.finished and changed.finished):
        st.rerun()
    st.progress(
        min(1.0, (measured.result.share + changed.result.share) / 2),
        f"Measuring for the report: {len(changed.result.points)} of {POINTS} points of robustness"
        + progress.describe_wait(changed),
    )


def _downloads(
    model: models.ModelFile, card: ModelCard, fingerprint: str, measured: Measurement, changed: Robustness
) -> None:
    try:
        page, numbers = _made(fingerprint, model.name, card, measured, changed)
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    for label, content, kind, mime, help in (
        ("Report", page, "html", "text/html", "A page that opens in any browser, with no network."),
        ("Numbers", numbers, "json", "application/json", "Every number of the report, for programs."),
    ):
        st.download_button(
            f"{label} (.{kind})",
            content,
            f"{model.name}.{kind}",
            mime,
            icon=":material/download:",
            on_click="ignore",
            key=state.key("report", kind),
            help=help,
        )


@st.cache_data(show_spinner=False, max_entries=16)
def _made(
    fingerprint: str, name: str, _card: ModelCard, _measured: Measurement, _changed: Robustness
) -> tuple[str, str]:
    """Return the report as HTML and as JSON, made once of a model's content and name."""
    data = dataset.mnist()
    made = report(name, fingerprint, _card, data, _measured, _changed.points)
    return to_html(made, data.test_images), made.to_json()
