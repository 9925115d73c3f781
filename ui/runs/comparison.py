"""Two or more runs beside each other: their curves, the settings that differ, and which one is really better."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.background import BackgroundTask, Progress
from mnist_core.errors import DigitLabError
from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.paired_test import paired
from mnist_core.figures.comparison import looks, overlay_figure
from mnist_core.formatting import in_words
from mnist_core.model.training_data import TrainingData
from mnist_core.runs.comparison import Axis, Metric, curve, differing, validated_alike
from mnist_core.runs.run import ACTIVE, Run
from ui.cached import dataset, measurements, models, run_records
from ui.runs import state
from ui.runs.run_table import describe_rate_changes
from ui.shared import names, panels, progress

_HEIGHT = 270
"""CSS pixels."""
_ROWS = 5
"""Settings that are seen without scrolling, so that the test under them fits on a projector."""
_TICK = 2.0
"""Seconds between redraws while one of the runs is under way."""
_LOOK = 0.5
"""Seconds between looks while one of them is being measured: a small network reads the test images in less."""
_METRICS: tuple[Metric, ...] = ("validation accuracy", "validation loss", "training loss")
_AXES: tuple[Axis, ...] = ("epochs", "steps", "seconds")


def show(runs: Sequence[Run]) -> None:
    """Compare two or more runs."""
    left, right = st.columns([3, 2], gap="medium")
    active = any(run.status(run_records.reader(run).read()) in ACTIVE for run in runs)
    with left:
        st.fragment(_curves, run_every=_TICK if active else None)(runs)
    with right:
        st.markdown("**Settings that differ**")
        _settings(runs)
        st.markdown("**Is one really better?**")
        _paired_test(runs)


def _curves(runs: Sequence[Run]) -> None:
    histories = [run_records.reader(run).read() for run in runs]
    validated = any(history.validations for history in histories)
    with st.container(horizontal=True):
        metric = st.selectbox(
            "Curve",
            _METRICS,
            index=_METRICS.index("validation accuracy" if validated else "training loss"),
            key=state.key("metric"),
            persist_state="session",
            help="What is measured: on images kept back from training, or on those it learns from.",
        )
        axis = st.selectbox(
            "Over",
            _AXES,
            key=state.key("axis"),
            persist_state="session",
            help="Epochs: passes over its images. Steps: changes of the weights. Seconds: time on its machine.",
        )
    curves = {name: curve(history, metric, axis) for name, history in zip(names.names_of(runs), histories, strict=True)}
    panels.lines(overlay_figure(curves, metric, axis), state.key("overlay"), _HEIGHT)
    st.html(panels.legend_html(looks(curves)))
    data = [run_records.described(run).trained_on for run in runs]
    if metric == "training loss" or validated_alike(data):
        st.caption(names.in_markdown(describe_curves(curves, metric)))
    else:
        st.caption(names.in_markdown(describe_different_images(dict(zip(curves, data, strict=True)))))


def describe_curves(curves: dict[str, list[tuple[float, float]]], metric: Metric) -> str:
    """Say which of the curves ends best, and which have no points."""
    ends = {name: points[-1][1] for name, points in curves.items() if points}
    without = [name for name in curves if name not in ends]
    said = []
    if len(ends) > 1:
        ranked = sorted(ends, key=lambda name: ends[name], reverse=metric == "validation accuracy")
        unit = "%" if metric == "validation accuracy" else ""
        best, worst = (f"{ends[name]:.4g}{unit}" for name in (ranked[0], ranked[-1]))
        said.append(
            f"They end alike, at {best}."
            if best == worst
            else f"{ranked[0]} ends best, at {best}; {ranked[-1]} ends at {worst}."
        )
    if without:
        said.append(f"No {metric} has been measured of {', '.join(without)}.")
    return " ".join(said)


def describe_different_images(data: dict[str, TrainingData]) -> str:
    """Return a sentence that says why validation curves cannot be compared; `data` has what each run is trained on."""
    taught = {name: tuned for name, one in data.items() if (tuned := one.last_fine_tuning)}
    of = " and ".join(f"that of {name} is measured on {tuned.describe_validation()}" for name, tuned in taught.items())
    return f"These curves cannot be compared: {of}, the others on images of MNIST. The test accuracies can."


def _settings(runs: Sequence[Run]) -> None:
    described = [run_records.described(run) for run in runs]
    columns = differing([(one.config, one.trained_on) for one in described])
    for name in columns.keys() & {"start", "learned_before"}:  # they hold names that somebody gave, and tables Markdown
        columns[name] = [names.in_markdown(value) for value in columns[name]]
    rows = [[field.replace("_", " "), *map(in_words, values)] for field, values in columns.items()]
    changed = [describe_rate_changes(run_records.reader(run).read()) for run in runs]
    if len(set(changed)) > 1:
        rows.append(["learning rate, by hand", *changed])
    if not rows:
        st.caption("None: they were trained in the same way, with the same seeds.")
        return
    # A plain table is there with the page; the scrolling one takes the browser longer than the chart.
    called = map(names.in_markdown, names.names_of(runs))
    st.table(
        pd.DataFrame(rows, columns=["Setting", *called]),
        hide_index=True,
        border="horizontal",
        height="content" if len(rows) <= _ROWS else 230,
    )


def _paired_test(runs: Sequence[Run]) -> None:
    finished = [
        run for run in runs if run_records.reader(run).read().test_accuracy is not None and run.snapshot.exists()
    ]
    if len(runs) != 2 or len(finished) != 2:
        st.caption("Tick exactly two finished runs: both then read the same 10,000 test images, side by side.")
        return
    try:
        tasks = [measurements.measurement(models.model_of(run)) for run in finished]
    except DigitLabError as error:
        st.warning(names.in_markdown(error.sentence))
        return
    waiting = _waiting([task.look() for task in tasks])
    st.fragment(_pairing, run_every=_LOOK if waiting else None)(tasks, names.names_of(finished), waiting)


def _waiting(seen: Sequence[Progress[Measurement]]) -> bool:
    return any(one.result.test is None and not one.failed for one in seen)


def _pairing(tasks: Sequence[BackgroundTask[Measurement]], called: Sequence[str], shown_as_waiting: bool) -> None:
    seen = [task.look() for task in tasks]
    if _waiting(seen) != shown_as_waiting:
        st.rerun()  # once: the page is then drawn without the tick, or with it after a new attempt
    if shown_as_waiting:
        read = sum(1.0 if one.result.test else one.result.share for one in seen) / len(seen)
        last = max(seen, key=lambda one: one.seconds_left or 0)
        st.progress(min(1.0, read), f"Both networks read the 10,000 test images{progress.describe_wait(last)}")
        return
    first, second = (one.result.test for one in seen)
    if first is None or second is None:
        for task, one, name in zip(tasks, seen, called, strict=True):
            if one.failed and one.result.test is None:
                progress.failure(task, one.failed, state.key("try-again", name))
        return
    found = paired(first, second, dataset.mnist().test_labels)
    st.markdown(names.in_markdown(found.describe(*called)))
    st.caption(
        "McNemar's exact test on the images that exactly one of them reads right. It does not open the test set anew, "
        "but whoever picks the better of two by it has used it to choose: its accuracy is then a little too good."
    )
