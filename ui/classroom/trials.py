"""Teach a network with some seats' drawings and measure it on the other seats', before and after."""

from __future__ import annotations

import random

import numpy as np
import streamlit as st

from mnist_core.background import BackgroundTask
from mnist_core.classroom.board import shown_names
from mnist_core.classroom.tasks import drawings_of
from mnist_core.classroom.trials import Trial, record_trial, split, trials
from mnist_core.errors import DigitLabError
from mnist_core.evaluation.metrics import accuracy
from mnist_core.handwriting.collection import LEAST_DRAWINGS
from mnist_core.handwriting.drawing import Drawing
from mnist_core.runs.run import ACTIVE
from mnist_core.runs.store import find_run
from ui.cached import classes, drawings, models, run_records
from ui.classroom import state
from ui.live import run_summary, views
from ui.shared import names, progress, session, visitor
from ui.shared.teaching import teach

_SHOWN = 3
"""Networks that were taught, the last ones."""


def show(now: classes.Now) -> None:
    """Offer to teach the model in hand, and list the networks that the class has taught."""
    st.markdown("**Teach a network with some seats' drawings, measure it on the others'**")
    made = drawings_of(now.classroom, drawings.drawings()[0])
    makers = [seat for seat in now.seats if any(one.owner == seat for one in made)]
    shown = shown_names(list(now.seats.values()), now.settings)
    half = sorted(makers, key=lambda seat: random.Random(seat).random())[: (len(makers) + 1) // 2]
    chosen = st.multiselect(
        "Seats that teach",
        makers,
        half,
        format_func=lambda seat: shown.get(seat, ""),
        key=state.key("teachers", len(makers)),
        placeholder="nobody",
        help="The network learns from their drawings. It is measured on those of all others, which it never sees.",
    )
    learned = [one for one in made if one.owner in chosen]
    st.button(
        "Teach and measure",
        icon=":material/school:",
        key=state.key("teach", len(trials(now.classroom))),
        on_click=_teach,
        args=(now, made, chosen),
        disabled=len(learned) < LEAST_DRAWINGS or len(made) == len(learned),
        help="Makes a new run that starts from the model in hand; it takes less than a minute.",
    )
    st.caption(
        f"{len(learned)} drawings to learn from, at least {LEAST_DRAWINGS} are needed; {len(made) - len(learned)} by "
        "others to measure on."
    )
    results(now)


def results(now: classes.Now) -> None:
    """Show the last networks that the class has taught, before and after."""
    shown = trials(now.classroom)[:_SHOWN]
    if shown:
        busy = any(_is_busy(trial) for trial in shown)
        st.fragment(_results, run_every=2.0 if busy else None)(shown)


def _teach(now: classes.Now, made: list[Drawing], chosen: list[str]) -> None:
    try:
        model = models.find_model(session.model())
        if model is None:
            return
        learned, others = split(made, chosen)
        run = teach(model, learned, "taught by the class")
        trial = Trial(run.id, model.name, tuple(chosen), tuple(drawing.id for drawing in others))
        record_trial(now.classroom, trial, asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)


def _is_busy(trial: Trial) -> bool:
    try:
        run = find_run(trial.run)
    except DigitLabError:
        return False
    return run.status(run_records.reader(run).read()) in ACTIVE


def _results(shown: list[Trial]) -> None:
    for trial in shown:
        try:
            run = find_run(trial.run)
            history = run_records.reader(run).read()
        except DigitLabError as error:
            st.caption(names.in_markdown(error.sentence))
            continue
        if run.status(history) in ACTIVE:
            views.progress(run.id, run_summary.stage(run, history))
        else:
            _before_and_after(trial)


def _before_and_after(trial: Trial) -> None:
    wanted = set(trial.measured_on)
    measured = [one for one in drawings.drawings()[0] if one.id in wanted]
    if not measured:
        st.caption("The drawings on which this network was measured have been deleted.")
        return
    rows: dict[str, list[str]] = {"": [], "others' drawings read right": [], "95% interval": []}
    for when, name in (("before", trial.start), ("after", trial.run)):
        model = models.find_model(name)
        if model is None:
            continue
        try:
            outputs = drawings.drawings_read(model, measured)
        except DigitLabError as error:
            st.caption(names.in_markdown(error.sentence))
            return
        if isinstance(outputs, BackgroundTask):
            progress.follow(outputs, "Measuring", state.key("measure-again", trial.run, when))
            return
        found = accuracy(outputs, np.array([one.label for one in measured], np.uint8))
        low, high = found.interval
        rows[""].append(f"{when}: {model.called}")
        rows["others' drawings read right"].append(f"{found.correct} of {found.count}: {found.share:.1%}")
        rows["95% interval"].append(f"{low:.0%} to {high:.0%}")
    st.dataframe(rows, hide_index=True)
    st.caption(f"Taught by {len(trial.taught_by)} seats, measured on {len(measured)} drawings by others.")
