"""Downloads of a run: files that live without the app."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mnist_core.errors import CheckpointError, RunError
from mnist_core.export.curves_csv import to_csv
from mnist_core.export.script import script_of
from mnist_core.runs.run import Run
from mnist_core.runs.whole_card import read_with_whole_card
from ui.cached import models, run_records
from ui.runs import state
from ui.shared import names


def downloads(run: Run) -> None:
    """Draw the buttons that download the run's network, curves and recipe; large files are made when asked for."""
    history = run_records.reader(run).read()
    model = models.model_of(run)
    script = no_script = no_network = ""
    try:
        run.config()
    except RunError:
        return  # the page has said so
    try:
        script = script_of(run, history)
    except RunError as error:
        no_script = f"No script: {error}."
    try:
        models.card(model)
    except CheckpointError as error:
        no_network = (
            error.sentence if run.snapshot.exists() else "Its network can be downloaded after its first report."
        )
    with st.container(horizontal=True):
        _button(
            "Weights",
            lambda: read_with_whole_card(run.snapshot),
            f"{run.id}.safetensors",
            "application/octet-stream",
            "The network as a .safetensors file: Digit Lab and any Python with safetensors read it.",
            possible=not no_network,
        )
        _button(
            "ONNX",
            lambda: _onnx(models.fingerprint(model), model),
            f"{run.id}.onnx",
            "application/octet-stream",
            "The network in the format that other programs, languages and browsers run; takes a few seconds.",
            possible=not no_network,
        )
        _button(
            "Curves",
            lambda: to_csv(history),
            f"{run.id}.csv",
            "text/csv",
            "Every measurement of the run as a table that a spreadsheet opens.",
            possible=bool(history.steps),
        )
        _button(
            "Script",
            lambda: script,
            f"{run.id}.py",
            "text/x-python",
            "A Python script of under 100 lines that trains this network anew, with torch and torchvision.",
            possible=not no_script,
        )
    for sentence in filter(None, (no_network, no_script)):
        st.caption(names.in_markdown(sentence))


def _button(
    label: str, content: Callable[[], str | bytes], file_name: str, mime: str, text: str, *, possible: bool
) -> None:
    st.download_button(
        label,
        content,
        file_name,
        mime,
        icon=":material/download:",
        on_click="ignore",
        disabled=not possible,
        key=state.key("download", file_name),
        help=text,
    )


@st.cache_data(show_spinner=False, max_entries=8)
def _onnx(fingerprint: str, _model: models.ModelFile) -> bytes:
    """Return the network's ONNX file; kept by the content of the checkpoint."""
    from mnist_core.export.onnx import to_onnx

    return to_onnx(models.network(_model), models.card(_model))
