"""What this visitor did last, and what to do next."""

from __future__ import annotations

import streamlit as st

from mnist_core.formatting import accuracy
from mnist_core.history import History
from mnist_core.runs.run import ACTIVE, Run
from ui.cached import run_records
from ui.home import state
from ui.shared import diagnosis_card, names, panels, session, visitor

_TRAIN, _DRAW = "pages/4_Train.py", "pages/6_Draw.py"


def show() -> None:
    """Say what this visitor did last, with one button for what comes next, and for a run a second one."""
    run = run_records.newest_run(visitor.asker().owner)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=state.key("last-step")):
        if run is None:
            _without_run()
        else:
            _after(run)


def _without_run() -> None:
    held = session.digit()
    if held is None:
        st.markdown("**Begin here.** Draw a digit and see what a trained network makes of it.")
        if _button("Draw a digit", ":material/draw:", primary=True):
            st.switch_page(_DRAW)
        return
    st.html(panels.pixels_html(held.image, 44, "the digit in hand"), width="content")
    st.markdown("**You have a digit in hand. Next:** train a network of your own, and watch it learn to read it.")
    if _button("Train a network", ":material/model_training:", primary=True):
        st.switch_page(_TRAIN)


def _after(run: Run) -> None:
    history = run_records.reader(run).read()
    usable = run.status(history) in ("finished", "stopped") and run.snapshot.exists()
    st.markdown(describe_run(run, history))
    if usable and _button("Draw with it", ":material/draw:", primary=True):
        session.set_model(run.id)
        st.switch_page(_DRAW)
    label = "Watch it" if run.status(history) in ACTIVE else "See its curves"
    if _button(label, ":material/show_chart:", primary=not usable):
        session.set_run(run.id)
        st.switch_page(_TRAIN)


def describe_run(run: Run, history: History) -> str:
    """Return what there is to say of this visitor's newest run, and what to do next."""
    name, status = f"**{names.in_markdown(names.name_of(run))}**", run.status(history)
    if status == "queued":
        return f"Your network {name} waits for its turn. **Next:** see when it starts."
    if status in ACTIVE:
        return f"Your network {name} is {'paused' if status == 'paused' else 'training'}. **Next:** watch it learn."
    if status not in ("finished", "stopped"):
        return f"Your last training, {name}, is {status}. **Next:** see why, and go on or start another one."
    said = f"Your last training, {name}, has {'finished' if status == 'finished' else 'been stopped'}"
    if history.test_accuracy is not None:
        said += f": it reads {accuracy(history.test_accuracy)} of the test images right"
    found = diagnosis_card.diagnosis(run, history)
    verdict = f" Its verdict: {found.verdict}." if found else ""
    return f"{said}.{verdict} **Next:** draw a digit and let it read."


def _button(label: str, icon: str, *, primary: bool) -> bool:
    return st.button(label, icon=icon, type="primary" if primary else "secondary", key=state.key("next", label))
