"""Teaching: fine-tune the model in hand on the class's drawings, and see what that did on both tests."""

from __future__ import annotations

import streamlit as st

from mnist_core import formatting
from mnist_core.errors import DigitLabError, RunError
from mnist_core.handwriting.collection import LEAST_DRAWINGS, Drawing
from mnist_core.runs.index import index_of
from mnist_core.runs.run import ACTIVE, Run
from mnist_core.runs.store import find_run
from ui.cached import models, run_records
from ui.draw import state
from ui.live import run_summary, views
from ui.shared import lesson_strip, names, session
from ui.shared.teaching import teach

_SHOWN = 3


def show(model: models.ModelFile, drawings: list[Drawing]) -> None:
    """Offer to teach the model in hand, and list the last networks that were taught, with before and after."""
    st.markdown("**Teach it your hand**")
    st.caption(
        "The model in hand goes on learning from these drawings, mixed with MNIST so that it forgets nothing. Every "
        "fifth drawing is kept aside to measure on."
    )
    taught = [entry.run for entry in index_of().look().entries.values() if entry.fine_tuning]
    st.button(
        f"Teach {names.in_markdown(model.called)}",
        icon=":material/school:",
        type="primary",
        key=state.key("teach", len(taught)),  # heard twice, a click teaches once all the same (see `train.controls`)
        on_click=_start,
        args=(model, drawings),
        disabled=len(drawings) < LEAST_DRAWINGS,
        help="Makes a new run; the model in hand stays as it is. It takes less than a minute for 300 drawings.",
    )
    if len(drawings) < LEAST_DRAWINGS:
        st.caption(f"From {LEAST_DRAWINGS} drawings on; so far: {len(drawings)}.")
    st.fragment(_list)([run.id for run in taught[:_SHOWN]])


def _start(model: models.ModelFile, drawings: list[Drawing]) -> None:
    try:
        teach(model, drawings, "taught")
    except DigitLabError as error:
        session.set_problem(error)


def _list(taught: list[str]) -> None:
    for name in taught:
        try:
            run = find_run(name)
            history = run_records.reader(run).read()
        except DigitLabError as error:
            st.caption(names.in_markdown(error.sentence))
            continue
        if run.status(history) in ACTIVE:
            views.progress(run.id, run_summary.stage(run, history))
        elif history.end is not None:
            _before_and_after(run)
    lesson_strip.refresh()


def _before_and_after(run: Run) -> None:
    history = run_records.reader(run).history
    if not history.validations or history.test_accuracy is None:
        st.caption(f"{names.in_markdown(run_records.title_of(run))} ended before it was measured.")
        return
    try:
        data = run.training_data().last_fine_tuning
    except RunError as error:
        st.caption(names.in_markdown(error.sentence))
        return
    if data is None:  # the file of its drawings was deleted just now
        return
    start = models.find_model(data.start)
    before, after = history.validations[0].accuracy, history.validations[-1].accuracy
    st.dataframe(
        {
            "": [f"before: {start.called if start else data.start}", "after"],
            f"Drawings kept aside ({data.held_out})": [f"{before:.1%}", f"{after:.1%}"],
            "MNIST's test images": [
                formatting.accuracy(data.start_test_accuracy),
                formatting.accuracy(history.test_accuracy),
            ],
        },
        hide_index=True,
    )
    if st.button(
        f"Take {names.in_markdown(run_records.title_of(run))} in hand",
        icon=":material/back_hand:",
        key=state.key("taught-take", run.id),
        disabled=session.model() == run.id,
        help="Every page then uses the taught network.",
    ):
        session.set_model(run.id)
        st.rerun()  # all of the page and the sidebar: a callback would redraw the fragment only, with the old network
