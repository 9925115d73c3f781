"""Train: settings on the left, Start, and the curves of the run on the right, live."""

import streamlit as st

from mnist_core.architecture import parameter_count
from ui import shell
from ui.shared import names, panels, quota_offer, session
from ui.train import guess, live, settings, state

shell.page("Train")
run = live.watched()

with st.container(key=state.key("columns")):
    form, charts = st.columns([5, 9], gap="medium")
with form:
    st.title("Train a network")
    start = st.container(horizontal=True, vertical_alignment="center")
    told = st.container()  # always there, so that a sentence in it moves nothing that redraws itself below
    config = settings.settings_form()
    if problem := session.take_problem() or state.refusal():
        told.error(names.in_markdown(f"Not possible: {problem}."))
    with told:
        quota_offer.offer("train")
    state.show_settings_in_url()

with start:
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key=state.key("start", state.starts()),
        on_click=live.start,
        args=(state.starts(),),
        help="Train a new network with these settings. It goes on when you close the page.",
    )
    guess.ask()
    st.markdown(f"**{parameter_count(config):,}** parameters · {config.steps_per_epoch * config.epochs:,} steps")

with charts:
    if run is None:
        live.show_what_will_come()
    else:
        live.show(run)
        # On a phone, one who has pressed Start sees what it does, and not the form.
        panels.last_column_first(state.key("columns"))
