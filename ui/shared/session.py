"""Session-state and query-parameter keys, with typed accessors: what several pages share.

What belongs to one page is in its own `state.py`. No key is spelled elsewhere: a widget gets its key from `state.key`
of its page, and what it shows is read and set here (tests/app/test_state_keys.py).

A keyed widget's value is dropped when a run does not render it, so what must outlive a page is kept here, under keys
that are no widget's.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.errors import DigitLabError, QuotaError
from mnist_core.untrusted_text import clean
from ui.shared.kept import DigitInHand, kept

DEFAULT_MODEL = "best"
_DEFAULTS = {"Draw": "everyone"}
"""Pages that begin with another model: on the board it is people that draw, and not MNIST's writers."""

_PAGE = "digit-lab.page"
_CAME = "digit-lab.came-to-page"
_MODEL = "digit-lab.model"
_RUN = "digit-lab.run"
_DIGIT = "digit-lab.digit"
_PROBLEM = "digit-lab.problem"
_QUOTA = "digit-lab.quota"
_QUOTA_STAYS = 20.0
"""Seconds for which it is offered to delete something, while the page is drawn anew."""


def enter(page: str) -> None:
    """Note which page is drawn, and whether the visitor comes to it from another one."""
    _forget_fragments()
    st.session_state[_CAME] = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page
    if st.session_state[_CAME]:
        let_uploads_go()


def _forget_fragments() -> None:
    """Forget the fragments of the run before this one: those that are drawn in this one come anew.

    Streamlit forgets them when a run ends, but not where `st.stop` ends it. A click or a change that was under way
    would then draw such a fragment among the elements of another page; Streamlit's code in the browser fails at that
    ("'setIn' cannot be called on an ElementNode"), and the window turns white.
    """
    context = get_script_run_ctx()
    if context is not None:
        context.fragment_storage.clear()


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
    return str(asked("model") or st.session_state.get(_MODEL) or _default_model())


def _default_model() -> str:
    return _DEFAULTS.get(st.session_state.get(_PAGE, ""), DEFAULT_MODEL)


MODEL_WIDGET = "digit-lab.choose-model"
"""Key of the sidebar's select box."""


def set_model(name: str) -> None:
    """Take another model in hand, here and in the URL."""
    st.session_state[_MODEL] = name
    if name == _default_model():
        st.query_params.pop("model", None)
    else:
        st.query_params["model"] = name


def keep_model(name: str) -> None:
    """Keep a model in hand that is there, for the next page too; but where nobody chose, that page's own default."""
    if name != DEFAULT_MODEL or asked("model") or _MODEL in st.session_state:
        set_model(name)


def run() -> str | None:
    """Return the id of the run this visitor watches."""
    return asked("run") or st.session_state.get(_RUN)


def set_run(run_id: str) -> None:
    """Watch another run, here and in the URL."""
    st.session_state[_RUN] = run_id
    st.query_params["run"] = run_id


def watch_no_run() -> None:
    """Watch no run: the Train page shows what will come."""
    st.session_state.pop(_RUN, None)
    st.query_params.pop("run", None)


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


def set_problem(problem: str | DigitLabError) -> None:
    """Keep a sentence on what could not be done, for the page to show once."""
    st.session_state[_PROBLEM] = str(problem)
    if isinstance(problem, DigitLabError):
        note_quota(problem)


def note_quota(error: DigitLabError | None) -> None:
    """Note whether it was a quota that was reached, for `quota_reached`."""
    st.session_state[_QUOTA] = error.kind if isinstance(error, QuotaError) else "", time.monotonic()


def quota_reached() -> str:
    """Return of what this visitor has reached a quota just now: runs, drawings or nothing."""
    kind, when = st.session_state.get(_QUOTA, ("", 0.0))
    return kind if time.monotonic() - when < _QUOTA_STAYS else ""


def take_problem() -> str | None:
    """Return that sentence, if there is one, and forget it."""
    return st.session_state.pop(_PROBLEM, None)


def may_have_camera() -> bool:
    """Return whether a browser lends this page its camera: over https, and from the machine itself over http."""
    parts = urlsplit(st.context.url or "")
    return parts.scheme != "http" or parts.hostname in ("localhost", "127.0.0.1", "::1")
