"""Every session-state and query-parameter key, with typed accessors; no key is spelled elsewhere.

A keyed widget's value is dropped when a run does not render it, so what must outlive a page is kept here, under keys
that are no widget's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from ui import links

DEFAULT_MODEL = "best"

_MODEL, _RUN, _PRESET, _CONFIG, _DIGIT, _FORM, _CANVAS, _SEED, _PROBLEM = (
    f"digit-lab.{name}" for name in ("model", "run", "preset", "config", "digit", "form", "canvas", "seed", "problem")
)
_TICKED, _UPLOAD = "digit-lab.ticked", "digit-lab.upload"


@dataclass(frozen=True, slots=True)
class DigitInHand:
    """The last thing drawn, uploaded or picked from the data set."""

    image: NDArray[np.float32]
    """(28, 28) in [0, 1], white on black."""
    source: str
    """Where it is from, in words."""
    label: int | None = None
    """The true digit, where it is known."""


def model() -> str:
    """Return the name of the model in hand: a shipped checkpoint's or a run's id. The URL wins over the session."""
    return str(st.query_params.get("model") or st.session_state.get(_MODEL) or DEFAULT_MODEL)


MODEL_WIDGET = "digit-lab.choose-model"
"""Key of the sidebar's select box."""


def set_model(name: str) -> None:
    """Take another model in hand, here and in the URL."""
    st.session_state[_MODEL] = name
    if name == DEFAULT_MODEL:
        st.query_params.pop("model", None)
    else:
        st.query_params["model"] = name


def run() -> str | None:
    """Return the id of the run this visitor watches."""
    return st.query_params.get("run") or st.session_state.get(_RUN)


def set_run(run_id: str) -> None:
    """Watch another run, here and in the URL."""
    st.session_state[_RUN] = run_id
    st.query_params["run"] = run_id


TICKED_WIDGET = "digit-lab.runs.table"
"""Key of the table of runs."""


def ticked() -> list[str]:
    """Return the ids of the runs that are ticked on the Runs page, in the order of the URL, else of the session."""
    query = st.query_params.get("runs")
    return query.split(",") if query else list(st.session_state.get(_TICKED, ()))


def set_ticked(ids: list[str]) -> None:
    """Tick other runs, here and in the URL: a link opens the same comparison."""
    st.session_state[_TICKED] = ids
    if ids:
        st.query_params["runs"] = ",".join(ids)
    else:
        st.query_params.pop("runs", None)


def upload() -> int:
    """Return the number of the field for a run's zip file; another number is another, empty field."""
    return int(st.session_state.get(_UPLOAD, 0))


def new_upload() -> None:
    """Replace the field for a run's zip file by an empty one."""
    st.session_state[_UPLOAD] = upload() + 1


def digit() -> DigitInHand | None:
    """Return the digit in hand."""
    return st.session_state.get(_DIGIT)


def set_digit(image: NDArray[np.float32], source: str, label: int | None = None) -> None:
    """Take another digit in hand."""
    st.session_state[_DIGIT] = DigitInHand(image, source, label)


def drop_digit() -> None:
    """Have no digit in hand."""
    st.session_state.pop(_DIGIT, None)


def canvas() -> int:
    """Return the number of the current canvas; another number is another, empty canvas."""
    return int(st.session_state.get(_CANVAS, 0))


def new_canvas() -> None:
    """Replace the canvas by an empty one."""
    st.session_state[_CANVAS] = canvas() + 1


def seed() -> int:
    """Return the seed of the random wall of images."""
    return int(st.session_state.get(_SEED, 0))


def next_seed() -> None:
    """Deal another random wall of images."""
    st.session_state[_SEED] = seed() + 1


def settings() -> tuple[str, TrainConfig]:
    """Return the preset and the configuration in the form: this visitor's, else the URL's, else the default."""
    if _CONFIG not in st.session_state:
        set_settings(*links.settings_in(st.query_params))
    return st.session_state[_PRESET], st.session_state[_CONFIG]


def set_settings(name: str, config: TrainConfig) -> None:
    """Put a preset's name and a configuration into the form."""
    st.session_state[_PRESET], st.session_state[_CONFIG] = name, config


def form() -> int:
    """Return the number of the form: widgets keyed with another number take their values anew."""
    return int(st.session_state.get(_FORM, 0))


def form_key(name: str) -> str:
    """Return the key of one of the form's widgets."""
    return f"{_FORM}.{name}.{form()}"


def form_value(name: str) -> Any:
    """Return what one of the form's widgets shows."""
    return st.session_state[form_key(name)]


def set_problem(sentence: str) -> None:
    """Keep a sentence on what could not be done, for the page to show once."""
    st.session_state[_PROBLEM] = sentence


def take_problem() -> str | None:
    """Return that sentence, if there is one, and forget it."""
    return st.session_state.pop(_PROBLEM, None)


def renew_form() -> None:
    """Let the form's widgets show the configuration as it is now, whatever they showed before."""
    st.session_state[_FORM] = form() + 1


def show_settings_in_url() -> None:
    """Write the preset and what differs from it into the URL, so that a link opens the page with these settings."""
    written = links.to_query(*settings())
    for name in links.NAMES:
        if name not in written:
            st.query_params.pop(name, None)
    st.query_params.update(written)
