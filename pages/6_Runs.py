"""Runs: every training of this installation, with its settings and how it did; one click takes one in hand."""

import pandas as pd
import streamlit as st

from mnist_core.errors import RunError
from mnist_core.runs import list_runs
from ui import diagnosis, exports, resources, settings, shell, state

shell.page("Runs", ":material/list:")
st.title("Runs")

runs = list_runs()
if not runs:
    st.info("Nothing has been trained here yet. A fast training takes a few seconds.")
    st.page_link("pages/2_Train.py", label="Go to Train", icon=":material/model_training:")
    st.stop()

rows, readable = [], []
for run in runs:
    try:
        described, config = run.description(), run.config()
    except RunError as error:
        st.warning(f"{error}.")
        continue
    history = resources.reader(run).read()
    readable.append((run, config))
    rows.append(
        {
            "Run": run.id,
            "Preset": described["name"],
            "Status": run.status(history),
            "Test (%)": None if history.test_accuracy is None else 100 * history.test_accuracy,
            "Validation (%)": None if history.validation_accuracy is None else 100 * history.validation_accuracy,
            "Epochs": f"{history.epochs[-1].epoch if history.epochs else 0} of {config.epochs}",
            "Learning rate": f"{config.learning_rate:g}",
            "Batch": config.batch_size,
            "Optimizer": config.optimizer,
            "Images": config.train_size,
            "Seconds": round(history.seconds, 1),
        }
    )

st.caption("Tick a run to see its settings, take its network in hand, or watch its curves.")
table = st.dataframe(
    pd.DataFrame(rows),
    hide_index=True,
    on_select="rerun",
    selection_mode="single-row",
    # Another list is another table: a tick is a row's number, and must not move to another run.
    key=f"digit-lab.runs.{len(rows)}.{rows[0]['Run'] if rows else ''}",
    column_config={
        "Test (%)": st.column_config.NumberColumn(format="%.2f", help="Test images read right, at the end of the run."),
        "Validation (%)": st.column_config.NumberColumn(
            format="%.2f", help="Validation images read right, last measured."
        ),
        "Images": st.column_config.NumberColumn(format="localized", help="Training images."),
    },
)
picked = table["selection"]["rows"]
if not picked:
    st.stop()

run, config = readable[picked[0]]
history = resources.reader(run).read()
st.subheader(run.id)
with st.container(horizontal=True):
    take = st.button(
        "Take in hand",
        icon=":material/back_hand:",
        type="primary",
        disabled=not run.snapshot.exists(),
        help="Every page then uses this run's network.",
    )
    watch = st.button("Watch its curves", icon=":material/show_chart:", help="Opens the run on the Train page.")
if take:
    state.set_model(run.id)
    st.rerun()
if watch:
    state.set_run(run.id)
    st.switch_page("pages/2_Train.py")
if state.model() == run.id:
    st.success("This run's network is the model in hand.")
if damaged := resources.reader(run).damaged:
    st.warning(f"{damaged} line(s) of its record could not be read and were passed over; the rest is shown.")
diagnosis.card(run, history, "runs")
exports.downloads(run)
left, right = st.columns(2)
values = [(name, str(value)) for name, value in config.to_dict().items()]
left.dataframe(pd.DataFrame(values, columns=["Setting", "Value"]), hide_index=True, height=280)
right.dataframe(pd.DataFrame(settings.layer_table(config)), hide_index=True, height=280)
