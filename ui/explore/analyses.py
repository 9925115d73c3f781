"""What a process in the background finds for the Explore page: shown as far as it is, followed until it is whole."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from mnist_core.errors import AnalysisError, CheckpointError, DigitLabError
from mnist_core.explore.analyses import PIXELS, Findings
from ui.cached import dataset, models
from ui.explore import state
from ui.shared import names, session, visitor

_TICK = 1.0
"""Seconds between looks at an analysis that is under way."""


def of_pixels() -> Findings:
    """Return what is found without a network."""
    return _followed(PIXELS, None)


def of_network() -> tuple[str, Findings]:
    """Return what the network that is analysed is called, and what is found of it so far.

    It is the model in hand. While that one still trains, it is another network every second, and when its file has
    vanished there is none: the shipped network then takes its place.
    """
    chosen = models.find_model(session.model())
    if chosen and models.is_training(chosen):
        title = names.in_markdown(chosen.called)
        st.info(f"{title} is still training; until it has finished, this is seen with the shipped network.")
        chosen = models.find_model(session.DEFAULT_MODEL)
    try:
        if chosen is None:
            raise CheckpointError("there is no model in hand: choose one in the sidebar")
        key = models.fingerprint(chosen)
    except (CheckpointError, OSError) as error:
        st.warning(names.in_markdown(f"{error}. Until then, this is seen with the shipped network."))
        chosen = models.find_model(session.DEFAULT_MODEL)
        if chosen is None:
            return "", {}
        key = models.fingerprint(chosen)
    return chosen.called, _followed(key, chosen.path)


def _followed(key: str, checkpoint: Path | None) -> Findings:
    found, seen = dataset.findings(key)
    try:
        progress = dataset.analysis_runner().want(key, checkpoint)
    except AnalysisError as error:
        st.warning(names.in_markdown(error.sentence))
        return found
    if problem := session.take_problem():
        st.error(names.in_markdown(f"Not possible: {problem}."))
    if progress.failed:
        st.warning(names.in_markdown(progress.failed))
        st.button(
            "Try again",
            icon=":material/refresh:",
            on_click=_forget,
            args=(key,),
            help="Starts the calculation anew.",
            key=state.key("try-again"),
        )
    elif not progress.done:
        st.fragment(_follow, run_every=_TICK)(key, checkpoint, seen)
    return found


def _forget(key: str) -> None:
    try:
        dataset.analysis_runner().analyses.forget(key, asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)


def _follow(key: str, checkpoint: Path | None, seen: int) -> None:
    """Say how far it is; draw the page anew when there is more to see."""
    try:
        progress = dataset.analysis_runner().want(key, checkpoint)
    except AnalysisError as error:
        st.warning(names.in_markdown(error.sentence))
        return
    if progress.ended or dataset.findings(key)[1] != seen:
        st.rerun()
    st.progress(progress.share, names.in_markdown(f"Computed once, in the background: {progress.doing}"))
