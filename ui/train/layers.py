"""Two views of a run on the Train page: what each layer's steps are like, and what its weights look like."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.errors import CheckpointError, RunError
from mnist_core.figures import layers as figures
from mnist_core.history import History
from mnist_core.runs.run import Run
from ui.cached import models, run_records
from ui.shared import names, panels
from ui.train import state

if TYPE_CHECKING:
    from mnist_core.explain.weights import WeightHistogram

_HEIGHT, _HISTOGRAM_HEIGHT = 205, 150
"""CSS pixels."""
_ACROSS = 3
"""Histograms beside each other."""
_MOST_FILTERS = 64
_NOT_YET = "The first measurement comes with the first report."


def gradients(history: History, config: TrainConfig) -> None:
    """Draw the learning rate, and of each layer the gradient, the change of its weights and its dead ReLUs."""
    history = replace(history, inspections=[i for i in history.inspections if figures.is_of(config, i)])
    charts = (
        ("rate", figures.rate_figure(history), describe_rate(history)),
        ("gradients", figures.gradients_figure(history, config), describe_gradients(history)),
        ("changes", figures.changes_figure(history, config), describe_changes(history)),
        ("dead", figures.dead_figure(history, config), describe_dead(history, config)),
    )
    # Once for all charts.
    st.html(panels.legend_html({name: (colour, "solid") for name, colour in figures.layer_colours(config).items()}))
    for row in (charts[:2], charts[2:]):
        for column, (name, figure, sentence) in zip(st.columns(2), row, strict=True):
            with column:
                panels.lines(figure, state.key(name), _HEIGHT)
                st.caption(sentence)


def describe_rate(history: History) -> str:
    """Return what to see in the chart of the learning rate now."""
    if not history.steps:
        return "How far each step moves the weights."
    now, highest = history.steps[-1].learning_rate, max(s.learning_rate for s in history.steps)
    if min(s.learning_rate for s in history.steps) == highest:
        return f"It has stayed at {_decimal(now)} so far."
    return f"It is {_decimal(now)} now; the highest so far was {_decimal(highest)}."


def _decimal(value: float) -> str:
    """Return a number with three digits, and with no exponent however small it is."""
    return f"{Decimal(f'{value:.3g}'):f}"


def describe_gradients(history: History) -> str:
    """Return what to see in the chart of the gradients now."""
    if not history.inspections:
        return _NOT_YET
    lengths = history.inspections[-1].gradients
    longest, shortest = max(lengths, key=lengths.__getitem__), min(lengths, key=lengths.__getitem__)
    if longest == shortest or not lengths[shortest]:
        return f"The gradient of {figures.layer_title(longest)} is {lengths[longest]:.2g} long."
    times = lengths[longest] / lengths[shortest]
    return (
        f"The longest now is {figures.layer_title(longest)}'s, {lengths[longest]:.2g}: {times:.1f} times "
        f"{figures.layer_title(shortest)}'s. A layer whose gradient is near zero does not learn."
    )


def describe_changes(history: History) -> str:
    """Return what to see in the chart of the weights' changes now."""
    if not history.inspections:
        return _NOT_YET
    shares = history.inspections[-1].changes
    most, least = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    return (
        f"One step now changes {figures.layer_title(most)} by {shares[most]:.2%} and {figures.layer_title(least)} by "
        f"{shares[least]:.2%}. Around 0.1% is usual; far more is restless, far less is asleep."
    )


def describe_dead(history: History, config: TrainConfig) -> str:
    """Return what to see in the chart of the dead ReLUs now."""
    if config.activation != "relu":
        return "This network's activation is no ReLU: nothing in it can die."
    if not history.inspections:
        return _NOT_YET
    shares = history.inspections[-1].dead
    if not shares:
        return "This network has no ReLU: nothing in it can die."
    meaning = "Dead: zero everywhere, for all of up to 128 training images."
    if not any(shares.values()):
        return f"No filter or unit is dead now. {meaning}"
    worst = max(shares, key=shares.__getitem__)
    return f"Most are dead in {figures.layer_title(worst)}: {shares[worst]:.0%} of it now. {meaning}"


def weights(run: Run, config: TrainConfig) -> None:
    """Draw the first layer's filters as images, and each layer's weights beside those at the start."""
    try:
        filters, histograms = _seen(str(run.snapshot), run.snapshot.stat().st_mtime_ns, run)
        tuned = run_records.described(run).trained_on.last_fine_tuning
    except FileNotFoundError:
        st.caption("The filters are shown as soon as the network has been saved for the first time.")
        return
    except (CheckpointError, RunError) as error:
        st.caption(names.in_markdown(error.sentence))
        return
    start = names.in_markdown(models.called(tuned.start)) if tuned else None
    st.html(filters)
    st.caption(describe_filters(histograms, start))
    st.markdown("**Each layer's weights** now (filled) and at the start (line): per cent of them over their values")
    for row in range(0, len(histograms), _ACROSS):
        for column, histogram in zip(st.columns(_ACROSS), histograms[row : row + _ACROSS], strict=False):
            with column:
                option = figures.histogram_figure(histogram)
                panels.lines(option, state.key("histogram", histogram.layer), _HISTOGRAM_HEIGHT)
    st.caption(describe_histograms(histograms, start))


@st.cache_resource(show_spinner=False, max_entries=8)
def _seen(path: str, modified: int, _run: Run) -> tuple[str, list[WeightHistogram]]:
    """Return the filters as HTML and the histograms of a run's snapshot, worked out once for all who watch."""
    from mnist_core.explain.weights import as_grey, first_filters, weight_histograms
    from mnist_core.handwriting.fine_tuning import load_start_network

    network = models.network(models.model_of(_run))
    filters = first_filters(network)
    side = 84 if filters.shape[1] == 28 else 36
    images = "".join(
        panels.pixels_html(image, side, f"filter {i + 1}") for i, image in enumerate(as_grey(filters[:_MOST_FILTERS]))
    )
    shown = f"{len(filters)}" if len(filters) <= _MOST_FILTERS else f"{_MOST_FILTERS} of {len(filters)}"
    return (
        f"<b>The first layer's filters</b> ({shown}), {filters.shape[1]} × {filters.shape[1]} pixels each"
        f'<div class="filters" style="display:flex;flex-wrap:wrap;gap:6px;margin-top:.5rem">{images}</div>',
        weight_histograms(network, load_start_network(_run.fine_tuning) if _run.fine_tuning.exists() else None),
    )


def describe_filters(histograms: list[WeightHistogram], start: str | None) -> str:
    """Return what to see in the filters now; `start` names the network that a fine-tuning started from."""
    since = f"Since it was {start}" if start else "Since the start"
    return (
        "A filter answers to ink where it is bright and to its absence where it is dark; grey does not matter to it. "
        f"{since}, these have changed by {histograms[0].change:.0%} of their length."
    )


def describe_histograms(histograms: list[WeightHistogram], start: str | None) -> str:
    """Return what to see in the histograms now; `start` names the network that a fine-tuning started from."""
    most = max(histograms, key=lambda histogram: histogram.change)
    if math.isclose(most.change, 0):
        kind = f"those of {start}" if start else "random, and equally likely within their range"
        return f"These are still the weights of the start: {kind}."
    change = f"{figures.layer_title(most.layer)} has changed most since the start, by {most.change:.0%} of its length. "
    if start:
        return f"{change}The start is {start}; teaching moves its weights a little."
    return f"{change}Weights begin equally spread; training gathers most of them near zero and pulls a few far out."
