"""What can be done with the run on the Train page, and what there is to say about its state.

The browser can send one click twice: first with a tick of what redraws itself, if one is due before the click is sent,
then alone, and the second time after the page has been drawn anew. So a button whose meaning changes by its click gets
another key by it, and what a click asks for is a state, not a step.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mnist_core.asker import Asker
from mnist_core.errors import DigitLabError
from mnist_core.events import LARGEST_FACTOR, Failed
from mnist_core.history import History
from mnist_core.runs.run import ACTIVE, RESUMABLE, Run, Status
from ui.cached import run_records
from ui.live import run_summary, views
from ui.shared import names, seat, session, visitor
from ui.train import state

_PACES = (0.0, 1.0, 2.0, 5.0, 10.0, 25.0)
"""Steps a second of slow motion; 0: full speed."""
_RATE_STEPS = (("÷ 10", 0.1), ("÷ 2", 0.5), ("× 2", 2.0), ("× 10", 10.0))


def controls(run: Run, status: Status) -> None:
    """Draw the buttons. They never move: what cannot be done now is greyed out, so that no click hits another one.

    With a run that is another's nothing can be done but to take its network in hand.
    """
    jobs = run_records.jobs()
    history = run_records.reader(run).history
    mine = visitor.asker().owns(run.owner())
    if not mine:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _take_in_hand(run)
            st.caption(f"{visitor.describe_owner(run.owner())} has started this run: it can be watched and used here.")
        with st.container():
            _notice(history, status)
        return
    with st.container(horizontal=True, gap="small"):
        if status == "paused" or status in RESUMABLE:
            text = "Go on where it was paused." if status == "paused" else "Go on from the end of the last whole epoch."
            _button("Resume", ":material/play_arrow:", run, "resume", jobs.resume, text, possible=True)
        else:
            text = "Hold the training; it keeps everything."
            _button("Pause", ":material/pause:", run, "pause", jobs.pause, text, possible=status == "running")
        text = "End the training; the weights of the last report are kept."
        _button("Stop", ":material/stop:", run, "stop", jobs.stop, text, possible=status in ACTIVE)
        text = "Train one more epoch. A schedule that is over keeps a tenth of its learning rate."
        extensible = run.is_extensible(history) and not 0 < seat.longest_run() <= history.seconds
        _button("+1 epoch", ":material/forward:", run, "more", jobs.extend, text, possible=extensible)
        _take_in_hand(run)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _learning_rate(run, history)
        slow_motion(run)
    with st.container():  # always there, so that a sentence in it does not make other charts of those below
        if problem := session.take_problem():
            st.error(names.in_markdown(f"{problem}."))
        _notice(history, status)


def _learning_rate(run: Run, history: History) -> None:
    """Change the learning rate, now or for when the run goes on."""
    now = history.rate_changes[-1].factor if history.rate_changes else 1.0
    requested = run.control.rate_factor() or now

    def ask(factor: float) -> None:
        try:
            run.control.request_rate_factor(factor, asker=visitor.asker())
        except DigitLabError as error:
            session.set_problem(error)

    with st.container(width="content", gap=None):
        if state.drawn_by_server():
            st.caption(run_summary.describe_rate(run, history))
        else:
            views.text(run.id, "rate", "content")
        with st.container(horizontal=True, gap="small"):
            for label, step in _RATE_STEPS:
                factor = float(f"{requested * step:.6g}")  # ÷ 10, × 10 come back to exactly 1
                st.button(
                    label,
                    help=f"{label} the learning rate from the next step on; the charts mark the place.",
                    disabled=not 1 / LARGEST_FACTOR <= factor <= LARGEST_FACTOR,
                    key=state.key("rate", step, requested, run.id),
                    on_click=ask,
                    args=(factor,),
                    width=66,
                )


def slow_motion(run: Run | None) -> None:
    """Choose how many steps a second `run` does, and the next one begins with."""
    pace = run.control.steps_per_second() if run else state.pace()
    key = state.key("slow-motion", run.id if run else "")
    paces = sorted({*_PACES, pace})

    def take() -> None:
        state.set_pace(session.widget_value(key))
        try:
            if run:
                run.control.request_steps_per_second(state.pace(), asker=visitor.asker())
        except DigitLabError as error:
            session.set_problem(error)

    st.selectbox(
        "Slow motion",
        paces,
        # Where it begins; afterwards it shows this visitor's choice. The headline has the pace, whoever chose it.
        index=paces.index(pace),
        format_func=lambda steps: f"{steps:g} step{'s' if steps > 1 else ''} a second" if steps else "Full speed",
        key=key,
        on_change=take,
        help="Do so few steps a second that each can be watched; it changes no result. The next run begins so too.",
        width=170,
    )


def _button(
    label: str,
    icon: str,
    run: Run,
    key: str,
    action: Callable[..., None],
    text: str,
    *,
    possible: bool,
) -> None:
    if st.button(label, icon=icon, help=text, disabled=not possible, key=state.key(key, run.id), width=140):
        try:
            action(run, asker=visitor.asker())
        except DigitLabError as error:
            st.error(names.in_markdown(error.sentence))
        else:
            st.rerun()


def _take_in_hand(run: Run) -> None:
    usable = run.snapshot.exists() and session.model() != run.id
    text = "Use this network on every page."
    _button("Take in hand", ":material/back_hand:", run, "take", _take, text, possible=usable)


def _take(run: Run, *, asker: Asker) -> None:
    session.set_model(run.id)


def _notice(history: History, status: Status) -> None:
    """Say what there is to know of a run that has ended."""
    if status == "interrupted":
        if history.started is None:
            st.warning("This run was called off, or its process ended, before it began. Resume starts it.")
        else:
            st.warning(
                "The training was interrupted: its process ended before the run did. The curve so far is kept. "
                "Resume goes on from the end of the last whole epoch."
            )
    elif status in ("failed", "diverged") and isinstance(history.end, Failed):
        st.error(names.in_markdown(history.end.reason))
    elif status == "stopped":
        st.info("Stopped. The weights of the last report are kept, and can be taken in hand.")
    elif history.time_limit:
        used = f" The weights of epoch {history.best_epoch} are used." if history.best_epoch else ""
        st.info(
            f"It ended after {history.time_limit:,} s of training, its limit, after "
            f"{history.epochs_shown:.2g} epochs.{used}"
        )
    elif status == "finished" and history.best_epoch:
        early = f"Ended early: epoch {history.best_epoch} had the lowest validation loss, and none since was lower."
        text = early if history.ended_early else f"Epoch {history.best_epoch} had the lowest validation loss."
        st.info(f"{text} The weights of epoch {history.best_epoch} are used.")
