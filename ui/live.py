"""A run while it trains: its state, its controls and its curves, redrawn only while something happens."""

from __future__ import annotations

import time

import streamlit as st

from mnist_core.errors import CheckpointError, RunError
from mnist_core.figures.curves import accuracy_figure, loss_figure
from mnist_core.history import History
from mnist_core.runs import ACTIVE, Run, Status, find_run
from ui import diagnosis, panels, resources, state
from ui.controls import controls

TICK = 0.5
"""Seconds between redraws while a run is active."""
_NO_TOOLBAR = {"displayModeBar": False}


def start() -> None:
    """Start a run with the settings in the form and watch it; a callback, so that the whole page knows at once."""
    name, config = state.settings()
    try:
        state.set_run(resources.jobs().start(config, name).id)
    except RunError as error:
        state.set_problem(str(error))


def watched() -> Run | None:
    """Return the run that this visitor watches: the URL's, the session's, or else whichever is under way."""
    chosen = state.run()
    if chosen:
        try:
            return find_run(chosen)
        except RunError as error:
            st.warning(f"{error}.")
    active = resources.jobs().active()
    return active[0] if active else None


def show(run: Run) -> None:
    """Draw the run's state, controls and curves, and keep them moving as long as it is active."""
    state.set_run(run.id)
    status = run.status(resources.reader(run).read())
    st.fragment(_panel, run_every=TICK if status in ACTIVE else None)(run, status)


def _panel(run: Run, shown_as: Status) -> None:
    reader = resources.reader(run)
    history = reader.read()
    status = run.status(history)
    if status in ACTIVE and not history.steps:
        history = _wait_for_first_point(run)
        status = run.status(history)
    _headline(run, history, status)
    controls(run, status)
    if (status in ACTIVE) != (shown_as in ACTIVE):
        st.rerun()  # once, and after a click has been heard: the page is then drawn with or without the tick
    left, right = st.columns(2)
    with left:
        st.plotly_chart(loss_figure(history), key="digit-lab.loss", config=_NO_TOOLBAR)
        st.caption(_on_loss(history))
    with right:
        st.plotly_chart(accuracy_figure(history), key="digit-lab.accuracy", config=_NO_TOOLBAR)
        st.caption(_on_accuracy(history))
    diagnosis.card(run, history, "train")
    _digit_in_hand(run)
    if reader.damaged:
        st.warning(f"{reader.damaged} line(s) of this run's record could not be read and were passed over.")


def _wait_for_first_point(run: Run) -> History:
    """Wait one tick at most for the first report: it is then drawn when it comes, not at the tick after."""
    until = time.monotonic() + TICK
    while not (history := resources.reader(run).read()).steps and time.monotonic() < until:
        time.sleep(0.02)
    return history


def _digit_in_hand(run: Run) -> None:
    """Show how the network, as it is now, reads the digit in hand: watch it learn your own 7."""
    held = state.digit()
    if held is None or not run.snapshot.exists():
        return
    from mnist_core.predict import predict

    try:
        found = predict(resources.network(resources.ModelFile(run.id, run.id, run.snapshot)), held.image)
    except CheckpointError as error:
        st.caption(f"{error}.")
        return
    picture, bars = st.columns([1, 4], vertical_alignment="center")
    picture.html(panels.pixels_html(held.image, 112, "the digit in hand"))
    picture.caption(f"The digit in hand, read as **{found.digit}** by this network as it is now.")
    bars.html(panels.bars_html(found))


def _headline(run: Run, history: History, status: Status) -> None:
    last = history.steps[-1] if history.steps else None
    parts = [{"queued": "waiting for its turn"}.get(status, status), f"{history.progress:.0%}"]
    if status == "queued":
        ahead = [r.id for r in resources.jobs().waiting()]
        if run.id in ahead and ahead.index(run.id):
            parts[1] = f"{ahead.index(run.id)} ahead of it"
    if status == "running" and last:
        parts.append(f"{last.images_per_second:,.0f} images/s")
        if (left := history.seconds_left) is not None:
            parts.append(f"{left:,.0f} s left")
    elif history.seconds:
        parts.append(f"{history.seconds:,.1f} s of training")
    st.progress(history.progress, f"**{run.id}** · {' · '.join(parts)}")
    if history.started:
        st.caption(
            f"{history.started.parameters:,} parameters on {history.started.device}, "
            f"{history.started.threads} thread{'s' if history.started.threads > 1 else ''}, {history.started.precision}"
        )
    numbers = st.columns(3)
    numbers[0].metric("Training accuracy", _percent(last.accuracy if last else None), help="Since the last report.")
    numbers[1].metric(
        "Validation accuracy", _percent(history.validation_accuracy), help="On images kept back from training."
    )
    numbers[2].metric(
        "Test accuracy",
        _percent(history.test_accuracy),
        help="On the 10,000 test images, opened once, when the run ends.",
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2%}"


def _on_loss(history: History) -> str:
    if len(history.steps) < 2:
        return "Before training, ten equally likely digits give a loss of 2.30."
    first, last = history.steps[0], history.steps[-1]
    text = f"The training loss went from {first.loss:.2f} to {last.loss:.3f}."
    if history.validations:
        gap = history.validations[-1].loss - last.loss
        text += f" On images kept back it is {history.validations[-1].loss:.3f}: " + (
            "more than on those it learns from." if gap > 0 else "no more than on those it learns from."
        )
    return text


def _on_accuracy(history: History) -> str:
    if not history.steps:
        return "Guessing reads one image in ten right."
    if history.test_accuracy is not None:
        wrong = round((1 - history.test_accuracy) * 10_000)
        return f"Of the 10,000 test images, which it had never seen, it reads {wrong:,} wrong."
    if history.validations:
        share = history.validations[-1].accuracy
        return f"Of 100 images that it has not learned from, it now reads {100 * share:.1f} right."
    return f"Of 100 images that it learns from, it now reads {100 * history.steps[-1].accuracy:.1f} right."
