"""Every session-state and query-parameter key, with typed accessors; no key is spelled elsewhere.

A keyed widget's value is dropped when a run does not render it, so what must outlive a page is kept here, under keys
that are no widget's.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from ui import links

if TYPE_CHECKING:
    from mnist_core.collection import Drawing
    from ui.rate_search import RateSearch

DEFAULT_MODEL = "best"

_MODEL, _RUN, _PRESET, _CONFIG, _DIGIT, _FORM, _CANVAS, _SEED, _PROBLEM = (
    f"digit-lab.{name}" for name in ("model", "run", "preset", "config", "digit", "form", "canvas", "seed", "problem")
)
_VISITOR, _PACE, _STARTS = "digit-lab.visitor", "digit-lab.pace", "digit-lab.starts"
_OPEN, _RATES, _AUGMENTED = "digit-lab.open", "digit-lab.rates", "digit-lab.augmented"
_CELL = "digit-lab.confusion-cell"
_REPORTED = "digit-lab.reported"
_INSIDE = "digit-lab.inside-section"
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


def visitor() -> str:
    """Return an anonymous key of this browser, the same after a reload where it takes cookies; else of this session."""
    cookie = st.context.cookies.get("_streamlit_xsrf")
    if isinstance(cookie, str):
        return visitor_of(cookie)
    return str(st.session_state.setdefault(_VISITOR, secrets.token_hex(8)))


def visitor_of(cookie: str) -> str:
    """Return the key of the browser with Streamlit's cookie `2|mask|token|time`, in hexadecimal digits.

    With every answer of the server its token is masked anew, so that what it hides has to be looked at.
    """
    try:
        mask, masked = (bytes.fromhex(part) for part in cookie.strip("\"'").split("|")[1:3])
        token = bytes(a ^ b for a, b in zip(masked, cycle(mask), strict=False))
    except ValueError:
        token = cookie.encode()
    return hashlib.sha256(token).hexdigest()[:16]


def starts() -> int:
    """Return how many runs this visitor's window has started."""
    return int(st.session_state.get(_STARTS, 0))


def count_start() -> None:
    """Count one more."""
    st.session_state[_STARTS] = starts() + 1


def pace() -> float:
    """Return the steps a second of slow motion that the next run begins with; 0: full speed."""
    return float(st.session_state.get(_PACE, 0.0))


def set_pace(steps_per_second: float) -> None:
    """Let the next run begin in slow motion, or with 0 at full speed."""
    st.session_state[_PACE] = steps_per_second


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


def set_digit(image: NDArray[np.float32], source: str, label: int | None = None) -> DigitInHand:
    """Take another digit in hand, and return it."""
    st.session_state[_DIGIT] = held = DigitInHand(image, source, label)
    return held


def drop_digit() -> None:
    """Have no digit in hand."""
    st.session_state.pop(_DIGIT, None)


_FILED, _FILINGS, _DELETED, _IMPORTS = (f"digit-lab.{name}" for name in ("filed", "filings", "deleted", "imports"))


def label_key() -> str:
    """Return the key of the row of digits under a drawing: after each filing a fresh row."""
    return f"{_FILINGS}.{st.session_state.get(_FILINGS, 0)}"


def filed() -> Drawing | None:
    """Return the drawing that was filed last, as long as its board has not been wiped."""
    return st.session_state.get(_FILED)


def set_filed(drawing: Drawing | None) -> None:
    """Remember the drawing that was filed last."""
    st.session_state[_FILED] = drawing
    st.session_state[_FILINGS] = st.session_state.get(_FILINGS, 0) + 1


def deleted() -> list[Drawing]:
    """Return the drawings that were deleted last, for the undo."""
    return st.session_state.get(_DELETED, [])


def set_deleted(drawings: list[Drawing]) -> None:
    """Remember the drawings that were deleted last."""
    st.session_state[_DELETED] = drawings


def imports() -> int:
    """Return how many collections were imported: the uploader is a fresh one after each."""
    return int(st.session_state.get(_IMPORTS, 0))


def count_import() -> None:
    """Have a fresh uploader."""
    st.session_state[_IMPORTS] = imports() + 1


TEST_INDEX = "digit-lab.draw.index"
"""Key of the number of the test image on the board."""


def draw_test_index(count: int) -> None:
    """Put another of `count` test images on the board."""
    st.session_state[TEST_INDEX] = int(np.random.default_rng().integers(count))


def cell() -> tuple[int, int] | None:
    """Return the cell of the confusion matrix that was clicked last: the true digit and the digit read."""
    return st.session_state.get(_CELL)


def set_cell(true: int, read: int) -> None:
    """Look at another cell of the confusion matrix."""
    st.session_state[_CELL] = (true, read)


def reported() -> str | None:
    """Return the fingerprint of the model that a report was asked for last."""
    return st.session_state.get(_REPORTED)


def set_reported(fingerprint: str) -> None:
    """Ask for a report of the model with this fingerprint."""
    st.session_state[_REPORTED] = fingerprint


def canvas() -> int:
    """Return the number of the current canvas; another number is another, empty canvas."""
    return int(st.session_state.get(_CANVAS, 0))


def new_canvas() -> None:
    """Replace the canvas by an empty one."""
    st.session_state[_CANVAS] = canvas() + 1
    st.session_state.pop(_FILED, None)


def seed() -> int:
    """Return the seed of the random wall of images."""
    return int(st.session_state.get(_SEED, 0))


def next_seed() -> None:
    """Deal another random wall of images."""
    st.session_state[_SEED] = seed() + 1


EXPLORED = ("section", "part", "index")
"""What the Explore page shows: its section, the part of MNIST and the index of an image in it."""


def explored(name: str) -> str | None:
    """Return one of `EXPLORED` as text, as it came: the URL wins over the session."""
    return st.query_params.get(name) or st.session_state.get(f"digit-lab.explored.{name}")


def set_explored(**values: str | int) -> None:
    """Show something else on the Explore page, here and in the URL."""
    for name, value in values.items():
        st.session_state[f"digit-lab.explored.{name}"] = st.query_params[name] = str(value)


def explore_key(name: str) -> str:
    """Return the key of one of the Explore page's widgets."""
    return f"digit-lab.explore.{name}"


def explore_value(name: str) -> Any:
    """Return what one of the Explore page's widgets shows."""
    return st.session_state[explore_key(name)]


def show_in_explore(name: str, value: Any) -> None:
    """Let one of the Explore page's widgets, not drawn yet, show a value."""
    st.session_state[explore_key(name)] = value


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


def open_groups() -> frozenset[str]:
    """Return which groups of settings are open: the URL's, else this visitor's."""
    if _OPEN not in st.session_state:
        asked = st.query_params.get("open", "")
        st.session_state[_OPEN] = frozenset(name for name in asked.split(",") if name)
    return st.session_state[_OPEN]


def open_group(name: str, is_open: bool) -> None:
    """Note that a group of settings was opened or closed."""
    st.session_state[_OPEN] = open_groups() | {name} if is_open else open_groups() - {name}


def rate_search() -> RateSearch | None:
    """Return the search for a learning rate that is shown, under way or done."""
    return st.session_state.get(_RATES)


def set_rate_search(search: RateSearch | None) -> None:
    """Show another search for a learning rate, or none."""
    st.session_state[_RATES] = search


def augmented_seed() -> int:
    """Return the seed of the augmented images in the form."""
    return int(st.session_state.get(_AUGMENTED, 0))


def next_augmented_seed() -> None:
    """Take other images to augment."""
    st.session_state[_AUGMENTED] = augmented_seed() + 1


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
    """Write the preset, what differs from it and the open groups into the URL: a link opens the page like this."""
    written = links.to_query(*settings())
    for name in links.NAMES:
        if name not in written:
            st.query_params.pop(name, None)
    st.query_params.update(written)
    if opened := open_groups():
        st.query_params["open"] = ",".join(sorted(opened))
    else:
        st.query_params.pop("open", None)


INSIDE_LAYER = "digit-lab.inside.layer"
"""Key of the layer that the Inside page shows."""
INSIDE_WIDGET = "digit-lab.inside.choose-section"
"""Key of the switch between the Inside page's sections."""


def inside_section() -> str | None:
    """Return the section of the Inside page as text, as it came: the URL wins over the session."""
    return st.query_params.get("section") or st.session_state.get(_INSIDE)


def set_inside_section(name: str) -> None:
    """Show another section of the Inside page, here and in the URL."""
    st.session_state[_INSIDE] = st.query_params["section"] = name


@dataclass(frozen=True, slots=True)
class Pixel:
    """One pixel of one of a layer's feature maps, on the Inside page; None: the strongest."""

    map: int | None = None
    row: int | None = None
    column: int | None = None


def pixel(layer: str) -> Pixel:
    """Return the pixel that was chosen in a layer's feature maps."""
    return st.session_state.get(f"digit-lab.pixel.{layer}", Pixel())


def set_pixel(layer: str, chosen: Pixel) -> None:
    """Choose a pixel of a layer's feature maps."""
    st.session_state[f"digit-lab.pixel.{layer}"] = chosen
