"""The repetitions of a run with other seeds: started by one click, shown as a mean with its 95% interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.evaluation.intervals import mean_interval
from mnist_core.figures.comparison import band_figure
from mnist_core.runs import repetitions
from mnist_core.runs.comparison import Metric, curve
from mnist_core.runs.index import index_of
from mnist_core.runs.run import ACTIVE, Run
from ui.cached import run_records
from ui.runs import state
from ui.shared import names, panels, session, visitor

_HEIGHT = 210
"""CSS pixels."""
_TICK = 2.0
"""Seconds between redraws while one of them is under way."""


def of(group: str) -> list[Run]:
    """Return the repetitions of the run whose id is `group`, by their seeds."""
    members = repetitions.members(group, index_of().look())
    return sorted(members, key=lambda run: run_records.described(run).config.seed)


def control(run: Run, members: Sequence[Run]) -> None:
    """Offer to repeat the run over several seeds."""

    def start() -> None:
        if len(of(group)) > len(members):
            return  # this click was heard before
        try:
            run_records.jobs().repeat(run, session.widget_value(key) or repetitions.FEWEST, asker=visitor.asker())
        except DigitLabError as error:
            session.set_problem(error)

    group, key = repetitions.group_of(run), state.key("repetitions")
    with st.popover(
        "Repeat",
        icon=":material/casino:",
        help="Train it again with other seeds, to see what is luck.",
        key=state.key("repeat", len(members)),  # another one after the start, and so closed
    ):
        st.number_input(
            "Repetitions",
            repetitions.FEWEST,
            repetitions.MOST,
            5,
            key=key,
            persist_state="session",
            help="Each is the same training with other initial weights and another order of the images; of a taught "
            "network, with another order alone. A learning rate that was changed by hand is not repeated.",
        )
        st.button(
            "Start them",
            on_click=start,
            type="primary",
            key=state.key("repeat-start", len(members), run.id),
            help="They wait in order and train one after another.",
        )


def show(members: Sequence[Run]) -> None:
    """Show repetitions: their mean, and their curves with the band of the mean."""
    active = any(run.status(run_records.reader(run).read()) in ACTIVE for run in members)
    st.fragment(_panel, run_every=_TICK if active else None)(members)


def _panel(members: Sequence[Run]) -> None:
    histories = [run_records.reader(run).read() for run in members]
    # Without validation images, what they learn from is all that was measured.
    metric: Metric = "validation accuracy" if any(h.validations for h in histories) else "training loss"
    curves = [points for h in histories if (points := curve(h, metric, "epochs"))]
    to_come = [
        name
        for name, run, history in zip(names.names_of(members), members, histories, strict=True)
        if run.status(history) in ACTIVE
    ]
    st.markdown(describe_spread([h.test_accuracy for h in histories if h.test_accuracy is not None]))
    if to_come:
        st.caption(names.in_markdown(f"Still to come: {'; '.join(to_come)}."))
    if curves:
        band = repetitions.band(curves, 100 if metric == "validation accuracy" else math.inf)
        panels.lines(band_figure(band, curves, metric), state.key("band"), _HEIGHT)
        st.caption(describe_band(band, metric))


def describe_band(band: repetitions.Band | None, metric: Metric) -> str:
    """Say what the chart of the repetitions shows."""
    if band is None:
        return "Grey: the first repetition. Their mean appears with the second."
    digits, unit = (2, "%") if metric == "validation accuracy" else (3, "")
    mean, low, high = (f"{values[-1]:.{digits}f}" for values in (band.mean, band.low, band.high))
    return (
        f"Grey: each repetition. Blue: their mean, at last {mean}{unit}, in the band of its 95% interval, "
        f"at last {low} to {high}{unit}."
    )


def describe_spread(accuracies: Sequence[float]) -> str:
    """Say how much the test accuracies (shares) of repetitions vary."""
    if len(accuracies) < 2:
        return "The mean and its interval appear when two of them have finished."
    mean, half = mean_interval(accuracies)
    low, high = min(accuracies), max(accuracies)
    return (
        f"Test accuracy **{mean:.2%} ± {100 * half:.2f}** (mean and 95% interval, n = {len(accuracies)}), "
        f"from {low:.2%} to {high:.2%}: the seeds alone make that much difference."
    )
