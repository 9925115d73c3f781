"""Train: settings on the left, Start, and the curves of the run on the right, live."""

import streamlit as st

from mnist_core.architecture import parameter_count
from ui import panels, shell, state, state_form
from ui.train import guess, live, settings

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
        live.show_what_will_come()
    else:
        live.show(run)
        panels.last_column_first("train")  # on a phone, one who has pressed Start sees what it does, and not the form
