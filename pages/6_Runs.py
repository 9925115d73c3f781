"""Runs: every training of this installation; name them, compare them, repeat them, move them, take one in hand."""

import pandas as pd
import streamlit as st

from mnist_core.errors import RunError
from mnist_core.formatting import in_words
from mnist_core.runs.notes import LONGEST_NOTE, LONGEST_TITLE, Notes, read_notes, write_notes
from mnist_core.runs.run import ACTIVE
from mnist_core.runs.store import list_runs
from mnist_core.runs.test_set_log import openings
from ui import shell
from ui.cached import run_records
from ui.runs import comparison, downloads, import_export, repetitions, run_table
from ui.shared import diagnosis_card, layer_table, names, session
from ui.shared.warm_up import warm_up

shell.page("Runs")
warm_up("scipy.stats")  # for the test which of two runs is better
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Runs", width="content")
    import_export.import_control()
    import_export.undo_button()
if problem := session.take_problem():
    st.error(f"Not possible: {problem}.")

runs = run_table.readable(list_runs())
if not runs:
    st.info("Nothing has been trained here yet. A fast training takes a few seconds.")
    st.page_link("pages/2_Train.py", label="Go to Train", icon=":material/model_training:")
    st.stop()

times = openings()
st.caption(
    "Tick one run to see it, more to compare them. "
    f"**Test set opened {times} time{'' if times == 1 else 's'}**: "
    "pick the best of many by it and you pick luck too, so choose by validation accuracy.",
    help="Every run that ends is measured on the 10,000 test images, and every such opening is counted here.",
)
picked = run_table.pick(runs)
if not picked:
    st.stop()
if len(picked) > 1:
    comparison.show(picked)
    st.stop()

(run,) = picked
described, history = run_records.described(run), run_records.reader(run).read()
members = repetitions.of(described.group or run.id, runs)


def rename() -> None:
    try:
        write_notes(run, Notes(title=st.session_state[title_key], note=st.session_state[note_key]))
    except RunError as error:
        session.set_problem(str(error))


with st.container(horizontal=True, vertical_alignment="center"):
    st.subheader(names.in_markdown(names.names_of(runs)[runs.index(run)]), width="content")
    take = st.button(
        "Take in hand",
        icon=":material/back_hand:",
        type="primary",
        disabled=not run.snapshot.exists(),
        help="Every page then uses this run's network.",
    )
    watch = st.button(
        "Watch its curves", icon=":material/show_chart:", help="Opens the run on the Train page, where it can go on."
    )
    repetitions.control(run, members)
    import_export.export_button(run)
    import_export.delete_button(run)
if take:
    session.set_model(run.id)
    st.rerun()
if watch:
    session.set_run(run.id)
    st.switch_page("pages/2_Train.py")
if session.model() == run.id:
    st.success("This run's network is the model in hand.")
under_way = run.status(history) in ACTIVE
if damaged := run_records.reader(run).passed_over(under_way=under_way):
    st.warning(f"{damaged} line(s) of its record could not be read and were passed over; the rest is shown.")

diagnosis_card.card(run, history, "runs")
written, recorded = st.columns([2, 3], gap="medium")
with written:
    notes, title_key, note_key = read_notes(run), f"digit-lab.runs.title.{run.id}", f"digit-lab.runs.note.{run.id}"
    st.text_input(
        "Name",
        notes.title,
        max_chars=LONGEST_TITLE,
        key=title_key,
        on_change=rename,
        placeholder=described.name,
        help="What the run is called on every page; empty: the preset's name.",
    )
    st.text_area(
        "Note",
        notes.note,
        max_chars=LONGEST_NOTE,
        key=note_key,
        on_change=rename,
        height=100,
        placeholder="What did you want to find out?",
        help="Anything worth remembering about this run.",
    )
with recorded:
    tabs = [*(["Repetitions"] if members else []), "Settings", "Layers", "Downloads"]
    *luck_tab, settings_tab, layers_tab, downloads_tab = st.tabs(tabs, key=f"digit-lab.runs.tabs.{len(tabs)}.{run.id}")
    values = [(name.replace("_", " "), in_words(value)) for name, value in described.config.to_dict().items()]
    settings_tab.dataframe(pd.DataFrame(values, columns=["Setting", "Value"]), hide_index=True, height=213)
    layers_tab.dataframe(pd.DataFrame(layer_table.layer_table(described.config)), hide_index=True, height=213)
    with downloads_tab:
        downloads.downloads(run)
    for tab in luck_tab:
        with tab:
            repetitions.show(members)
