"""Train: settings on the left, Start, and the curves of the run on the right, live."""

import streamlit as st

from mnist_core.architecture import parameter_count
from mnist_core.history import History
from ui import panels, shell, state, state_form
from ui.train import controls, curves, guess, live, settings

shell.page("Train")
run = live.watched()

with st.container(key="train"):
    form, charts = st.columns([5, 9], gap="medium")
with form:
    st.title("Train a network")
    start = st.container(horizontal=True, vertical_alignment="center")
    told = st.container()  # always there, so that a sentence in it moves nothing that redraws itself below
    config = settings.form()
    if problem := state.take_problem() or state_form.refusal():
        told.error(f"Not possible: {problem}.")
    state_form.show_settings_in_url()

with start:
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key=f"digit-lab.start.{state_form.starts()}",
        on_click=live.start,
        args=(state_form.starts(),),
        help="Train a new network with these settings. It goes on when you close the page.",
    )
    guess.ask()
    st.markdown(f"**{parameter_count(config):,}** parameters · {config.steps_per_epoch * config.epochs:,} steps")

with charts:
    if run is None:
        st.info("Press **Start**: the curves appear here, four points a second, while the network learns.")
        st.markdown(
            "- **Loss** is what training lowers: how far the ten probabilities are from the truth.\n"
            "- **Accuracy** is what you care about: the share of images read right.\n"
            "- **Training** curves are of the images it learns from, **validation** curves of images kept aside."
        )
        # Empty charts show what will come, and the browser has its chart library before the first point.
        curves.curves(History(), state_form.guess())
        controls.slow_motion(None)
        st.stop()
    panels.last_column_first("train")  # on a phone, one who has pressed Start sees what it does, and not the form
    live.show(run)
