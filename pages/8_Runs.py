"""Runs: every training of this installation; name them, compare them, repeat them, move them, take one in hand."""

import streamlit as st

from mnist_core.runs.index import index_of
from mnist_core.runs.test_set_log import openings
from ui import shell
from ui.cached import run_records
from ui.runs import comparison, import_export, one_run, run_table
from ui.shared import diagnosis_card, names, quota_offer, seat, session
from ui.shared.warm_up import warm_up
from ui.sweeps import section

shell.page("Runs")
runs = [entry.run for entry in index_of().look().entries.values() if seat.sees(entry.owner)]
warm_up("scipy.stats")  # for the test which of two runs is better
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Runs", width="content")
    sweeps = section.switch()
    if not sweeps:
        import_export.import_control()
        import_export.undo_button()
        number = run_table.page_number(runs)
        comparing = st.container(width="content")
if sweeps:
    section.show()
    st.stop()
if problem := session.take_problem():
    st.error(names.in_markdown(f"Not possible: {problem}."))
quota_offer.offer("runs")

if not runs:
    st.info("Nothing has been trained here yet. A fast training takes a few seconds.")
    st.page_link("pages/4_Train.py", label="Go to Train", icon=":material/model_training:")
    st.stop()

with comparing:
    run_table.offer_newest_two(runs)
times = openings()
st.caption(
    "Tick one run to see it, more to compare them. "
    f"**Test set opened {times} time{'' if times == 1 else 's'}**: "
    "pick the best of many by it and you pick luck too, so choose by validation accuracy.",
    help="Every run that ends is measured on the 10,000 test images, and every such opening is counted here.",
)
shown = run_table.readable(run_table.on_page(runs, number))
picked = run_table.pick(shown, runs[0])
if not picked:
    st.stop()
if len(picked) > 1:
    comparison.show(picked)
    st.stop()

(run,) = picked
one_run.head(run, shown)
diagnosis_card.card(run, run_records.reader(run).read(), "runs")
written, recorded = st.columns([2, 3], gap="medium")
with written:
    one_run.notes(run)
with recorded:
    one_run.records(run)
