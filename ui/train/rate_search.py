"""“Find a rate” on the Train page: the range test in the background, its curve and its suggestion."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.errors import DataError
from mnist_core.figures.training import rates_figure
from ui.cached import dataset
from ui.shared import form, session
from ui.shared.panels import lines
from ui.train import fields, state

if TYPE_CHECKING:
    from mnist_core.data.mnist import Mnist
    from mnist_core.training.lr_finder import RatePoint

_HEIGHT = 190
"""CSS pixels."""
_TICK = 0.5
_PATIENT = 5
"""How much less urgent than the pages the search is, as Unix counts it (nice)."""
_one_at_a_time = threading.Lock()


@dataclass(slots=True)
class RateSearch:
    """One range test, carried out by a thread of the server; what it found so far can be read at any time."""

    config: TrainConfig
    points: list[RatePoint] = field(default_factory=list)
    share: float = 0.0
    """How much of the test is done."""
    suggestion: float | None = None
    done: bool = False
    cancelled: bool = False

    def start(self, data: Mnist) -> RateSearch:
        """Begin, and return at once."""
        threading.Thread(target=self._run, args=(data,), name="digit-lab-rate-search", daemon=True).start()
        return self

    def _run(self, data: Mnist) -> None:
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _PATIENT)
        import torch

        from mnist_core.training.lr_finder import find_rate, steps, suggest

        torch.set_num_threads(1)
        try:
            with _one_at_a_time:  # a class that clicks at once waits in turn instead of slowing everything
                for point in find_rate(self.config, data):
                    if self.cancelled:
                        return
                    self.points.append(point)
                    self.share = len(self.points) / steps(self.config)
                self.suggestion = suggest(self.points)
        finally:
            self.done = True


def button() -> None:
    """Draw the button that starts a search with the settings in the form."""
    search = state.rate_search()
    st.button(
        "Find a learning rate",
        icon=":material/search:",
        key=state.key("find-rate"),
        type="tertiary",
        on_click=_start,
        args=(search,),
        disabled=search is not None and not search.done,
        help="Tries rising learning rates on a fresh network for a few seconds and suggests one.",
    )


def panel() -> None:
    """Draw the search under way or done, if there is one.

    Its place is kept also when there is none, and what redraws itself lies in it directly: a last tick that comes after
    the search was closed must not fall on what would have moved up there, which ends the page in the browser.
    """
    with st.container():
        if search := state.rate_search():
            st.fragment(_panel, run_every=None if search.done else _TICK)(search, search.done)


def _start(shown: RateSearch | None) -> None:
    if state.rate_search() is not shown:
        return  # the browser has sent the click a second time
    close()
    try:
        state.set_rate_search(RateSearch(form.settings()[1]).start(dataset.mnist()))
    except DataError as error:
        session.set_problem(str(error))


def close() -> None:
    """Put the search away; one that still runs ends."""
    if search := state.rate_search():
        search.cancelled = True
    state.set_rate_search(None)


def _take(search: RateSearch) -> None:
    if state.rate_search() is search:
        close()
        fields.change(learning_rate=search.suggestion)
        form.renew_form()


def _panel(search: RateSearch, shown_as_done: bool) -> None:
    if state.rate_search() is not search:
        st.rerun()  # a click in a fragment draws only the fragment: the form and its slider have changed too
    done = search.done
    with st.container(border=True):
        _found(search)
    if done != shown_as_done:
        st.rerun()  # once, without the tick; not before it is drawn, or it would vanish in between


def _found(search: RateSearch) -> None:
    points = list(search.points)
    figure = rates_figure([p.learning_rate for p in points], [p.loss for p in points], search.suggestion)
    lines(figure, state.key("rates"), _HEIGHT)
    st.caption(describe_search(search))
    with st.container(horizontal=True):
        if search.suggestion:
            st.button(
                f"Use {search.suggestion:g}",
                type="primary",
                key=state.key("use-rate"),
                on_click=_take,
                args=(search,),
                help="Put this learning rate into the form.",
            )
        st.button("Close", key=state.key("close-rates"), on_click=close, help="Put this test away.")


def describe_search(search: RateSearch) -> str:
    """Return what the test has found."""
    if not search.points and not search.done:
        return "Waiting for the first step."
    if not search.done:
        return f"{search.share:.0%} done: the rate grows with every step, and the loss is watched."
    if search.suggestion is None:
        return "The loss never fell clearly: nothing can be suggested for these settings. A larger batch may help."
    lowest = min(search.points, key=lambda point: point.loss)
    text = (
        f"The loss falls fastest at {search.suggestion:g}: a good rate to start with. "
        f"Beyond {lowest.learning_rate:.2g} it rises again: too fast."
    )
    if search.config.replace(learning_rate=1.0) != form.settings()[1].replace(learning_rate=1.0):
        text += " The settings have changed since: find again."
    return text
