"""Session-state and query-parameter keys, with typed accessors: what several pages share.

What belongs to one page is in its own `state.py`. No key is spelled elsewhere: a widget gets its key from `state.key`
of its page, and what it shows is read and set here (tests/app/test_state_keys.py).

A keyed widget's value is dropped when a run does not render it, so what must outlive a page is kept here, under keys
that are no widget's.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.untrusted_text import clean

if TYPE_CHECKING:
    from streamlit_drawable_canvas import CanvasResult

    from mnist_core.handwriting.collection import Drawing

DEFAULT_MODEL = "best"

_PAGE = "digit-lab.page"
_CAME = "digit-lab.came-to-page"
_MODEL = "digit-lab.model"
_RUN = "digit-lab.run"
_DIGIT = "digit-lab.digit"
_PROBLEM = "digit-lab.problem"
_VISITOR = "digit-lab.visitor"


@dataclass(frozen=True, slots=True)
class DigitInHand:
    """The last thing drawn, uploaded or picked from the data set."""

    image: NDArray[np.float32]
    """(28, 28) in [0, 1], white on black."""
    source: str
    """Where it is from, in words."""
    label: int | None = None
    """The true digit, where it is known."""


@dataclass(slots=True)
class Kept:
    """What a browser keeps over a reload, with which a new session begins."""

    digit: DigitInHand | None = None
    drawn: CanvasResult | None = None
    """What is on the board of the Draw page."""
    filed: dict[bytes, Drawing] = field(default_factory=dict)
    """What was filed in the class's collection, by the bytes of its image."""


def kept() -> Kept:
    """Return what this browser keeps, for an hour or so, if it takes cookies; a second tab begins with it, too."""
    return _kept_by(visitor())


@st.cache_resource(show_spinner=False, max_entries=60, ttl="1h")
def _kept_by(visitor: str) -> Kept:
    return Kept()


def enter(page: str) -> None:
    """Note which page is drawn, and whether the visitor comes to it from another one."""
    st.session_state[_CAME] = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page
    if st.session_state[_CAME]:
        let_uploads_go()


def let_uploads_go() -> None:
    """Forget the files that this visitor has uploaded: the fields that they were put into are gone with their page.

    Streamlit would keep them in memory until the visitor has gone.
    """
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        runtime.get_instance().uploaded_file_mgr.remove_session_files(context.session_id)


def widget_key(page: str, name: str, *parts: object) -> str:
    """Return the key of a widget of a page; a page's own `state.key` calls it. `parts` tell apart those of a name."""
    return ".".join(("digit-lab", page, name, *map(str, parts)))


def widget_value(key: str, default: Any = None) -> Any:
    """Return what a widget shows, or `default` if it has not been drawn yet."""
    return st.session_state.get(key, default)


def show_in_widget(key: str, value: Any) -> None:
    """Let a widget that is not drawn yet in this run of the script show a value."""
    st.session_state[key] = value


def begin_widget(key: str, value: Any) -> None:
    """Let a widget begin with a value, unless it shows one already."""
    st.session_state.setdefault(key, value)


_LONGEST_CHOICE = 10_000
"""Characters: the ids of 150 runs or more."""


def asked(name: str) -> str | None:
    """Return what the URL says under `name`, cleaned, since anybody can send a link; None where it says nothing."""
    return clean(st.query_params.get(name, ""), _LONGEST_CHOICE) or None


def choice(name: str, key: str) -> str | None:
    """Return what was chosen on a page as text, as it came; None for the default.

    It is in the URL, under `name`, unless it is the default. Links to a page leave it out: whoever comes to the page
    from another one finds again, under `key`, what was chosen there last. On the page itself it is the URL alone that
    tells, so that the browser's way back leads through all that was chosen, and off the page.
    """
    return asked(name) or (st.session_state.get(key) if st.session_state.get(_CAME) else None)


def set_choice(name: str, key: str, value: str, default: str) -> None:
    """Choose something on a page, here and in the URL."""
    st.session_state[key] = value
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def model() -> str:
    """Return the name of the model in hand: a shipped checkpoint's or a run's id. The URL wins over the session."""
    return str(asked("model") or st.session_state.get(_MODEL) or DEFAULT_MODEL)


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
    return asked("run") or st.session_state.get(_RUN)


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
        token = cookie.encode(errors="replace")
    return hashlib.sha256(token).hexdigest()[:16]


def digit() -> DigitInHand | None:
    """Return the digit in hand."""
    if _DIGIT not in st.session_state:
        st.session_state[_DIGIT] = kept().digit
    held: DigitInHand | None = st.session_state[_DIGIT]
    return held


def set_digit(image: NDArray[np.float32], source: str, label: int | None = None) -> DigitInHand:
    """Take another digit in hand, and return it."""
    st.session_state[_DIGIT] = kept().digit = held = DigitInHand(image, source, label)
    return held


def drop_digit() -> None:
    """Have no digit in hand."""
    st.session_state[_DIGIT] = kept().digit = None


def set_problem(sentence: str) -> None:
    """Keep a sentence on what could not be done, for the page to show once."""
    st.session_state[_PROBLEM] = sentence


def take_problem() -> str | None:
    """Return that sentence, if there is one, and forget it."""
    return st.session_state.pop(_PROBLEM, None)
