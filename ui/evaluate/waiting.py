"""What the Evaluate page waits for: the end of a training, the test images, the other images."""

from __future__ import annotations

import streamlit as st

from mnist_core.background import BackgroundTask
from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.predictions import Outputs
from mnist_core.runs.store import find_run
from ui.cached import models, run_records
from ui.evaluate import state
from ui.live import run_summary, views
from ui.shared import names, progress

_TICK = 0.5
"""Seconds between looks at what goes on: a small network reads the test images in less."""


def await_training(model: models.ModelFile) -> None:
    """End the page as long as the model's run trains: it is another network with every report."""
    if not models.is_training(model):
        return
    st.info(
        f"{names.in_markdown(model.called)} is still training: another network every second. It is measured as soon as "
        "it has finished, or while it is paused."
    )
    run = find_run(model.name)
    views.progress(run.id, run_summary.stage(run, run_records.reader(run).read()))
    st.stop()


def await_test(task: BackgroundTask[Measurement]) -> Outputs:
    """Return the outputs on the test images; until they are there, end the page with how far they are."""
    seen = task.look()
    if seen.result.test is None:
        if seen.failed:
            progress.failure(task, seen.failed, state.key("try-again", "test"))
        else:
            st.fragment(_progress, run_every=_TICK)(task, "test")
        st.stop()
    return seen.result.test


def follow_rest(task: BackgroundTask[Measurement]) -> None:
    """Show how far the reading of the other images is, and draw the page anew when it is done."""
    st.fragment(_progress, run_every=_TICK)(task, "rest")


def _progress(task: BackgroundTask[Measurement], awaited: str) -> None:
    seen = task.look()
    if seen.ended or (awaited == "test" and seen.result.test):
        st.rerun()
    sentence = {"test": "Reading the 10,000 test images", "rest": "Reading training images to compare with"}[awaited]
    share = seen.result.share
    st.progress(min(1.0, share), f"{sentence}: {share:.0%} of all images read{progress.describe_wait(seen)}")
