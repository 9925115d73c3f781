"""A run while it trains: its state, its controls and its curves.

What moves follows the run in the browser (`ui.live.views`): the script runs only when the run's stage changes, and
while a view is chosen that the server draws. Where the browser cannot, the server draws everything, again and again.
"""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError, RunError
from mnist_core.formatting import arithmetic
from mnist_core.history import History
from mnist_core.runs.run import ACTIVE, Run, Status
from mnist_core.runs.store import find_run
from ui.cached import run_records
from ui.live import run_summary, views
from ui.shared import diagnosis_card, form, names, seat, session, visitor
from ui.shared.kept_choice import kept_choice
from ui.train import curves, layers, state, watching
from ui.train.controls import controls, slow_motion

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
        run = run_records.jobs().start(config, name, asker=visitor.asker(), steps_per_second=state.pace())
        session.set_run(run.id)
        state.keep_guess_for(run.id)
        seat.note_prediction(run.id, state.guess_of(run.id))
        state.set_refusal(None)
        watching.watch_digit_in_hand(run)
    except DigitLabError as error:
        state.set_refusal(str(error))
        session.note_quota(error)


def watched() -> Run | None:
    """Return the run that this visitor watches: the URL's, the session's, or else whichever is under way."""
    chosen = session.run()
    if chosen:
        try:
            return find_run(chosen)
        except RunError as error:
            session.set_problem(error)
    active = [run for run in run_records.jobs().active() if seat.sees(run.owner())]
    return active[0] if active else None


def show(run: Run) -> None:
    """Draw the run's state, controls and curves, which follow it as long as it is active."""
    session.set_run(run.id)
    tick = _tick(run, run_records.reader(run).read())
    st.fragment(_panel, run_every=tick)(run, tick)


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
    # Empty charts show what will come.
    if state.drawn_by_server():
        curves.curves(History(), state.guess())
    else:
        curves.live_curves("", History(), state.guess())
    slow_motion(None)


def _tick(run: Run, history: History) -> float | None:
    """Return the seconds from one drawing by the server to the next; None where it need not draw again."""
    if not state.drawn_by_server() and _chosen_view() == VIEWS[0]:
        return None
    status = run.status(history)
    if status not in ACTIVE or (status == "paused" and not state.drawn_by_server()):
        return None
    return run_summary.again(history)


def _panel(run: Run, tick: float | None) -> None:
    reader = run_records.reader(run)
    history = reader.read()
    status = run.status(history)
    by_server = state.drawn_by_server()
    stage = run_summary.stage(run, history)
    if by_server:
        _headline(run_summary.summarise(run))
    else:
        views.headline(run.id, stage, on_failed=state.draw_by_server)
    controls(run, status)
    wanted = _tick(run, history)
    if (wanted or 0) > (tick or 0) or (wanted is None) != (tick is None) or _has_ended(run, status):
        st.rerun()  # once, and after a click has been heard: the whole page is then as the run is
    with st.container():  # always there: what comes into it makes no other charts of those below
        if status not in ACTIVE:
            diagnosis_card.card(run, history, "train")
    _view(run, history)
    if status in ACTIVE and by_server:
        diagnosis_card.card(run, history, "train")
    elif status in ACTIVE:
        views.text(run.id, "verdict")
    watching.digit_in_hand(run, status, by_server=by_server)
    if not by_server:
        watching.hard_images(run, status)
    if history.started:
        began = history.started
        computes = arithmetic(began.threads, began.threads_reason, began.precision, began.precision_reason)
        st.caption(names.in_markdown(f"{began.parameters:,} parameters on {began.device}, {computes}"))
    if damaged := reader.unreadable_lines(under_way=status in ACTIVE):
        st.warning(f"{damaged} line(s) of this run's record could not be read and were passed over.")


def _has_ended(run: Run, status: Status) -> bool:
    """Return whether the run was under way when last drawn here, and has ended: other models can be chosen now."""
    was, now = state.seen_under_way(run.id), status in ACTIVE
    state.see_under_way(run.id, now)
    return was and not now


def _view(run: Run, history: History) -> None:
    """Draw the view that the visitor chose; the others cost nothing."""
    chosen = kept_choice(
        "View",
        VIEWS,
        VIEWS[0],
        key=state.VIEW,
        help="What to see of the run while it trains.",
        labelled=False,
    )
    guess = state.guess_of(run.id)
    problem, config, tuned = "", None, None
    try:
        described = run_records.described(run)
        config, tuned = described.config, described.trained_on.last_fine_tuning
    except RunError as error:
        problem = error.sentence
    if chosen == VIEWS[0]:
        if state.drawn_by_server():
            curves.curves(history, guess, config.label_smoothing if config else 0.0, tuned)
        else:
            curves.live_curves(run.id, history, guess)
    elif config and chosen == VIEWS[1]:
        layers.gradients(history, config)
    elif config:
        layers.weights(run, config)
    if problem:
        st.caption(names.in_markdown(problem))


def _chosen_view() -> str:
    return str(session.widget_value(state.VIEW, VIEWS[0]))


def _headline(now: run_summary.RunSummary) -> None:
    st.progress(now.progress, f"**{names.in_markdown(now.title)}** · {now.status}")
    with st.container(horizontal=True, gap="small"):  # on a phone, two beside each other
        st.metric("Training accuracy", now.training, help="Since the last report.", width=168)
        st.metric("Validation accuracy", now.validation, help=views.VALIDATION_HELP, width=168)
        st.metric("Test accuracy", now.test, help=views.TEST_HELP, width=168)
