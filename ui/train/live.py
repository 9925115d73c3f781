"""A run while it trains: its state, its controls and its curves, redrawn only while something happens."""

from __future__ import annotations

import time
from typing import NamedTuple

import streamlit as st

from mnist_core.errors import CheckpointError, RunError
from mnist_core.formatting import arithmetic
from mnist_core.history import History
from mnist_core.runs.run import ACTIVE, Run, Status
from mnist_core.runs.store import find_run
from ui.cached import models, run_records
from ui.shared import diagnosis_card, form, names, numbers, panels, session
from ui.train import curves, layers, state, status_line
from ui.train.controls import controls, slow_motion

TICK = 0.5
"""Seconds between redraws while a run is active."""
_SLOW_TICK = 1.0
"""Seconds between redraws of a run that takes so long that its curves hardly move in one, and looks at a paused one."""
_LONG = 300.0
"""Seconds from which on a run is long: its charts are about as many pixels wide."""
VIEWS = ("Curves", "Learning rate & gradients", "Filters & weights")


def start(number: int) -> None:
    """Start a run with the settings in the form and watch it; a callback, so that the whole page knows at once.

    `number` is how many runs had been started when the button was drawn, as its key is: a double click starts one, and
    so does a click that the browser sends twice (see `controls`).
    """
    if number != state.starts():
        return
    state.count_start()
    name, config = form.settings()
    try:
        run = run_records.jobs().start(config, name, visitor=session.visitor(), steps_per_second=state.pace())
        session.set_run(run.id)
        state.keep_guess_for(run.id)
        state.set_refusal(None)
    except RunError as error:
        state.set_refusal(str(error))


def watched() -> Run | None:
    """Return the run that this visitor watches: the URL's, the session's, or else whichever is under way."""
    chosen = session.run()
    if chosen:
        try:
            return find_run(chosen)
        except RunError as error:
            session.set_problem(str(error))
    active = run_records.jobs().active()
    return active[0] if active else None


def show(run: Run) -> None:
    """Draw the run's state, controls and curves, and keep them moving as long as it is active."""
    session.set_run(run.id)
    seen = _stamp(run)
    history = run_records.reader(run).history
    tick = _tick(seen.status, history)
    st.fragment(_panel, run_every=tick)(run, tick)
    if seen.status == "paused":
        st.fragment(_wait_for_change, run_every=_SLOW_TICK)(run, seen)


def show_what_will_come() -> None:
    """Draw what there is to see before the first run.

    It is drawn as a run is, in a fragment, so that the run's parts take the places of these: that others are gone,
    Streamlit's browser code can miss, and then two empty charts stay under the run's own.
    """
    st.fragment(_what_will_come)()


def _what_will_come() -> None:
    st.info("Press **Start**: the curves appear here, four points a second, while the network learns.")
    st.markdown(
        "- **Loss** is what training lowers: how far the ten probabilities are from the truth.\n"
        "- **Accuracy** is what you care about: the share of images read right.\n"
        "- **Training** curves are of the images it learns from, **validation** curves of images kept aside."
    )
    # Empty charts show what will come, and the browser has its chart library before the first point.
    curves.curves(History(), state.guess())
    slow_motion(None)


def _tick(status: Status, history: History) -> float | None:
    """Return the seconds from one redraw to the next; None when nothing moves."""
    if status not in ACTIVE or status == "paused":
        return None
    long = history.seconds + (history.seconds_left or 0) > _LONG
    return _SLOW_TICK if long else TICK


class _Stamp(NamedTuple):
    """What differs as soon as anything has happened to a run."""

    status: Status
    journal: int
    """Bytes of its journal."""
    replaced: int
    """When one of its other files was replaced, which is how all of them are written."""


def _stamp(run: Run) -> _Stamp:
    status = run.status(run_records.reader(run).read())
    try:
        return _Stamp(status, run.journal.stat().st_size, run.path.stat().st_mtime_ns)
    except OSError:  # deleted by hand, or not yet begun
        return _Stamp(status, 0, 0)


def _wait_for_change(run: Run, seen: _Stamp) -> None:
    """Draw nothing, and the page anew once anybody has done anything to a paused run: nothing else moves there."""
    if _stamp(run) != seen:
        st.rerun()


def _panel(run: Run, tick: float | None) -> None:
    reader = run_records.reader(run)
    history = reader.read()
    status = run.status(history)
    if status in ACTIVE and not history.steps and run not in run_records.jobs().waiting():
        history = _wait_for_first_point(run)
        status = run.status(history)
    _headline(run, history, status)
    controls(run, status)
    wanted = _tick(status, history)
    if (wanted or 0) > (tick or 0) or (wanted is None) != (tick is None):
        st.rerun()  # once, and after a click has been heard: the page is then drawn with the other tick
    _view(run, history)
    diagnosis_card.card(run, history, "train")
    _digit_in_hand(run)
    if history.started:
        began = history.started
        computes = arithmetic(began.threads, began.threads_reason, began.precision, began.precision_reason)
        st.caption(names.in_markdown(f"{began.parameters:,} parameters on {began.device}, {computes}"))
    if damaged := reader.unreadable_lines(under_way=status in ACTIVE):
        st.warning(f"{damaged} line(s) of this run's record could not be read and were passed over.")


def _view(run: Run, history: History) -> None:
    """Draw the view that the visitor chose; the others cost nothing."""
    chosen = st.segmented_control(
        "View",
        VIEWS,
        default=VIEWS[0],
        required=True,
        key=state.key("view"),
        persist_state="session",
        label_visibility="collapsed",
        help="What to see of the run while it trains.",
    )
    guess = state.guess_of(run.id)
    try:
        described = run_records.described(run)
    except RunError as error:
        if chosen == VIEWS[0]:
            curves.curves(history, guess)
        st.caption(names.in_markdown(error.sentence))
        return
    config = described.config
    if chosen == VIEWS[0]:
        curves.curves(history, guess, config.label_smoothing, described.trained_on.last_fine_tuning)
    elif chosen == VIEWS[1]:
        layers.gradients(history, config)
    else:
        layers.weights(run, config)


def _wait_for_first_point(run: Run) -> History:
    """Wait one tick at most for the first report: it is then drawn when it comes, not at the tick after."""
    until = time.monotonic() + TICK
    while not (history := run_records.reader(run).read()).steps and time.monotonic() < until:
        time.sleep(0.02)
    return history


def _digit_in_hand(run: Run) -> None:
    """Show how the network, as it is now, reads the digit in hand: watch it learn your own 7."""
    held = session.digit()
    if held is None or not run.snapshot.exists():
        return
    from mnist_core.model.inference import predict

    try:
        found = predict(models.network(models.model_of(run)), held.image)
    except CheckpointError as error:
        st.caption(names.in_markdown(error.sentence))
        return
    picture, bars = st.columns([1, 4], vertical_alignment="center")
    picture.html(panels.pixels_html(held.image, 112, "the digit in hand"))
    picture.caption(f"The digit in hand, read as **{found.digit}** by this network as it is now.")
    bars.html(panels.bars_html(found))


def _headline(run: Run, history: History, status: Status) -> None:
    last = history.steps[-1] if history.steps else None
    name = names.in_markdown(run_records.title_of(run))
    st.progress(history.progress, f"**{name}** · {status_line.describe_status(run, history, status)}")
    with st.container(horizontal=True, gap="small"):  # on a phone, two beside each other
        st.metric(
            "Training accuracy",
            numbers.accuracy(last.accuracy if last else None),
            help="Since the last report.",
            width=168,
        )
        st.metric(
            "Validation accuracy",
            numbers.accuracy(history.validation_accuracy),
            help="On images kept back from training; of a network that is taught, on the drawings kept aside.",
            width=168,
        )
        st.metric(
            "Test accuracy",
            numbers.accuracy(history.test_accuracy),
            help="On the 10,000 test images, opened when the run ends, and again after each epoch more.",
            width=168,
        )
