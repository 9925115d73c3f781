"""What can be done with the run on the Train page, and what there is to say about its state."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.events import Failed
from mnist_core.runs import ACTIVE, Run, Status
from ui import resources, state


def controls(run: Run, status: Status) -> None:
    """Three buttons that never move: what cannot be done now is greyed out, so that no click lands on another."""
    jobs = resources.jobs()
    with st.container(horizontal=True):
        if status in ("paused", "interrupted", "stopped", "failed"):
            text = "Go on where it was paused." if status == "paused" else "Go on from the end of the last whole epoch."
            _button("Resume", ":material/play_arrow:", run, "hold", jobs.resume, text, possible=True)
        else:
            text = "Hold the training; it keeps everything."
            _button("Pause", ":material/pause:", run, "hold", jobs.pause, text, possible=status == "running")
        text = "End the training; the weights of the last report are kept."
        _button("Stop", ":material/stop:", run, "stop", jobs.stop, text, possible=status in ACTIVE)
        text = "Use this network on every page."
        usable = run.snapshot.exists() and state.model() != run.id
        _button("Take in hand", ":material/back_hand:", run, "take", _take, text, possible=usable)
    history = resources.reader(run).history
    if status == "interrupted":
        if history.started is None:
            st.warning("This run was called off, or its process ended, before it began. Resume starts it.")
        else:
            st.warning(
                "The training was interrupted: its process ended before the run did. The curve so far is kept. "
                "Resume goes on from the end of the last whole epoch."
            )
    elif isinstance(history.end, Failed) and status == "failed":
        st.error(history.end.reason)
    elif status == "stopped":
        st.info("Stopped. The weights of the last report are kept, and can be taken in hand.")


def _button(
    label: str, icon: str, run: Run, key: str, action: Callable[[Run], None], text: str, *, possible: bool
) -> None:
    if st.button(label, icon=icon, help=text, disabled=not possible, key=f"digit-lab.{key}.{run.id}", width=150):
        try:
            action(run)
        except RunError as error:
            st.error(f"{error}.")
        else:
            st.rerun()


def _take(run: Run) -> None:
    state.set_model(run.id)
