"""Session state of the Train page: the guess, the pace and the refusal of the next start, and which groups are open."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from ui.shared import form_links, session
from ui.shared.form import settings

_AUGMENTED = "digit-lab.augmented"
_BY_SERVER = "digit-lab.train.by-server"
_GUESS = "digit-lab.guess"
_GUESSES = "digit-lab.guesses"
_OPEN = "digit-lab.open"
_PACE = "digit-lab.pace"
_REFUSAL = "digit-lab.refusal"
_STARTS = "digit-lab.starts"
_UNDER_WAY = "digit-lab.train.under-way"

GUESS_WIDGET = "digit-lab.train.guess"
"""Key of the field for the guess."""
SMOOTHING, LOGARITHMIC = "digit-lab.train.smoothing", "digit-lab.train.logarithmic"
"""Keys of the choices under the curves, which are drawn above them."""
VIEW = "digit-lab.train.view"
"""Key of the choice of what is seen of a run."""
_RATES = "digit-lab.rates"
_REFUSAL_STAYS = 20.0
"""Seconds."""


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key("train", name, *parts)


def starts() -> int:
    """Return how many runs this visitor's window has started."""
    return int(st.session_state.get(_STARTS, 0))


def count_start() -> None:
    """Count one more."""
    st.session_state[_STARTS] = starts() + 1


def refusal() -> str | None:
    """Return why the last start was refused; None if it was not, or a while ago.

    It stays while the page is drawn anew: a click can be heard by a part of the page first (see `train.controls`).
    """
    said, when = st.session_state.get(_REFUSAL, (None, 0.0))
    return said if time.monotonic() - when < _REFUSAL_STAYS else None


def set_refusal(reason: str | None) -> None:
    """Note why a start was refused, or that it was not."""
    st.session_state[_REFUSAL] = reason, time.monotonic()


def pace() -> float:
    """Return the steps a second of slow motion that the next run begins with; 0: full speed."""
    return float(st.session_state.get(_PACE, 0.0))


def set_pace(steps_per_second: float) -> None:
    """Let the next run begin in slow motion, or with 0 at full speed."""
    st.session_state[_PACE] = steps_per_second


def drawn_by_server() -> bool:
    """Return whether this window cannot follow a run by itself, so that the server has to draw the run anew."""
    return bool(st.session_state.get(_BY_SERVER))


def draw_by_server() -> None:
    """Note that it cannot."""
    st.session_state[_BY_SERVER] = True


def seen_under_way(run: str) -> bool:
    """Return whether `run` was under way when this window last drew it."""
    return st.session_state.get(_UNDER_WAY) == run


def see_under_way(run: str, under_way: bool) -> None:
    """Note whether `run`, which is drawn now, is under way."""
    st.session_state[_UNDER_WAY] = run if under_way else None


def guess() -> float | None:
    """Return the test accuracy, 0 to 1, that this visitor expects of the next run; None without a guess."""
    return st.session_state.get(_GUESS)


def set_guess(accuracy: float | None) -> None:
    """Expect this test accuracy of the next run, or take the guess back."""
    st.session_state[_GUESS] = accuracy


def guess_of(run: str) -> float | None:
    """Return what this visitor guessed before starting `run`."""
    return st.session_state.get(_GUESSES, {}).get(run)


def keep_guess_for(run: str) -> None:
    """Keep the guess for `run`, which has been started; the next run needs another guess."""
    st.session_state[_GUESSES] = st.session_state.get(_GUESSES, {}) | {run: guess()}
    set_guess(None)


def open_groups() -> frozenset[str]:
    """Return which groups of settings are open: the URL's, else this visitor's."""
    if _OPEN not in st.session_state:
        asked = session.asked("open") or ""
        st.session_state[_OPEN] = frozenset(name for name in asked.split(",") if name)
    return st.session_state[_OPEN]


def open_group(name: str, is_open: bool) -> None:
    """Note that a group of settings was opened or closed."""
    st.session_state[_OPEN] = open_groups() | {name} if is_open else open_groups() - {name}


def augmented_seed() -> int:
    """Return the seed of the augmented images in the form."""
    return int(st.session_state.get(_AUGMENTED, 0))


def next_augmented_seed() -> None:
    """Take other images to augment."""
    st.session_state[_AUGMENTED] = augmented_seed() + 1


def show_settings_in_url() -> None:
    """Write the preset, what differs from it and the open groups into the URL: a link opens the page like this."""
    written = form_links.to_query(*settings())
    for name in form_links.NAMES:
        if name not in written:
            st.query_params.pop(name, None)
    st.query_params.update(written)
    if opened := open_groups():
        st.query_params["open"] = ",".join(sorted(opened))
    else:
        st.query_params.pop("open", None)


def rate_search() -> Any:
    """Return the search for a learning rate that is shown, under way or done (a `rate_search.Search`), or None."""
    return st.session_state.get(_RATES)


def set_rate_search(search: Any) -> None:
    """Show another search for a learning rate, or with None no more."""
    st.session_state[_RATES] = search
