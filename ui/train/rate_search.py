"""“Find a learning rate” on the Train page: the range test in the background, its curve and its suggestion."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from mnist_core.background import BackgroundTask, Progress, Turns, first_come
from mnist_core.config import TrainConfig
from mnist_core.figures.training import rates_figure
from mnist_core.jobs.rate_search import RateSearch, search_rate
from ui.shared import form, progress, seat, visitor
from ui.shared.panels import lines
from ui.train import fields, state

_HEIGHT = 190
"""CSS pixels."""
_TICK, _PATIENCE = 0.5, 5.0
"""Seconds between looks, and without one until the search ends; a busy server's looks can come late."""
_TURNS = Turns(first_come)
"""Of all searches of a server one is under way: a class that clicks at once waits in turn."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """The search that a visitor has asked for."""

    config: TrainConfig
    task: BackgroundTask[RateSearch]


def start(config: TrainConfig, owner: str) -> Search:
    """Return a new search of a seat. It ends when it is not looked at: when its page is left or the server ends."""
    make = partial(search_rate, config, longest=seat.longest_run())
    return Search(config, BackgroundTask(make, RateSearch(), _TURNS, patience=_PATIENCE, resumable=False, owner=owner))


def button() -> None:
    """Draw the button that starts a search with the settings in the form."""
    shown = state.rate_search()
    st.button(
        "Find a learning rate",
        icon=":material/search:",
        key=state.key("find-rate"),
        type="tertiary",
        on_click=_start,
        args=(shown,),
        disabled=shown is not None and not shown.task.ended,
        help="Tries rising learning rates on a fresh network for a few seconds and suggests one.",
    )


def panel() -> None:
    """Draw the search under way or done, if there is one.

    Its place is kept also when there is none, and what redraws itself lies in it directly: a last tick that comes after
    the search was closed must not fall on what would have moved up there, which ends the page in the browser.
    """
    with st.container():
        if shown := state.rate_search():
            ended = shown.task.look().ended
            st.fragment(_panel, run_every=None if ended else _TICK)(shown, ended)


def _start(shown: Search | None) -> None:
    if state.rate_search() is not shown:
        return  # the browser has sent the click a second time
    close()
    state.set_rate_search(start(form.settings()[1], visitor.asker().owner))


def close() -> None:
    """Put the search away; one that still runs ends."""
    if shown := state.rate_search():
        shown.task.cancel(asker=visitor.asker())
    state.set_rate_search(None)


def _take(shown: Search, rate: float) -> None:
    if state.rate_search() is shown:
        close()
        fields.change(learning_rate=rate)
        form.renew_form()


def _panel(shown: Search, shown_as_ended: bool) -> None:
    if state.rate_search() is not shown:
        st.rerun()  # a click in a fragment draws only the fragment: the form and its slider have changed too
    seen = shown.task.look()
    with st.container(border=True):
        _found(shown, seen)
    if seen.ended != shown_as_ended:
        st.rerun()  # once, without the tick; not before it is drawn, or it would vanish in between


def _found(shown: Search, seen: Progress[RateSearch]) -> None:
    found = seen.result
    lines(rates_figure(found.rates, found.losses, found.suggestion), state.key("rates"), _HEIGHT)
    if seen.failed:
        progress.failure(shown.task, seen.failed, state.key("try-again", "rates"))
    else:
        st.caption(describe_search(shown.config, seen))
    with st.container(horizontal=True):
        if found.suggestion:
            st.button(
                f"Use {found.suggestion:g}",
                type="primary",
                key=state.key("use-rate"),
                on_click=_take,
                args=(shown, found.suggestion),
                help="Put this learning rate into the form.",
            )
        st.button("Close", key=state.key("close-rates"), on_click=close, help="End this test and put it away.")


def describe_search(config: TrainConfig, seen: Progress[RateSearch]) -> str:
    """Say how far the test of `config` is, or what it has found."""
    found = seen.result
    if not seen.finished:
        if seen.ahead:
            return f"Waiting for its turn{progress.describe_wait(seen)}."
        if not found.rates:
            return "Waiting for the first step."
        wait = progress.describe_wait(seen)
        return f"{found.share:.0%} done{wait}. The rate grows with every step, and the loss is watched."
    if found.suggestion is None:
        return "The loss never fell clearly: nothing can be suggested for these settings. A larger batch may help."
    lowest = found.rates[found.losses.index(min(found.losses))]
    text = (
        f"The loss falls fastest at {found.suggestion:g}: a good rate to start with. "
        f"Beyond {lowest:.2g} it rises again: too fast."
    )
    if config.replace(learning_rate=1.0) != form.settings()[1].replace(learning_rate=1.0):
        text += " The settings have changed since: find again."
    return text
