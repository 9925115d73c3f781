"""Session state of a seat in a class: where it was brought, and which reading was shown on the board."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui.live import class_arrivals
from ui.server import hosts

_FOLLOWED, _TRIES, _WINDOW = "digit-lab.followed", "digit-lab.tries", "digit-lab.window"
_MOST_TRIES, _APART = 10, 2.0
"""How often a visitor is sent on the way, and the seconds within which several times count as one: on a busy machine a
browser that is on the way asks for the page where it was many times over."""
_NOTED = "digit-lab.noted-reading"


def called_by() -> str:
    """Return the name or address by which this browser calls the server, without the port; "" where nobody knows."""
    return hosts.split(str(st.context.headers.get("Host", "")))


@dataclass(frozen=True, slots=True)
class Redirect:
    """How a window stands to the place where everybody in its class was brought last."""

    window: str
    """A name of the window."""
    brought: str
    """That place, while the window's browser has yet to say that it shows it; else empty."""
    due: bool
    """Whether the window is to go there now."""


def redirect(code: str, number: int, *, on_page: bool, there: bool) -> Redirect:
    """Return whether this window goes where all in the class of that `code` were brought, for the `number`-th time.

    A window that is new is where its visitor has opened it. Who is on the way is so until the browser says that it
    shows the new page (`class_arrivals`): whatever the browser asks for meanwhile draws the page where it was, and
    would undo the change of pages. After some tries it stays where it is.

    Args:
        code: of the class.
        number: how often all were brought somewhere in it.
        on_page: whether the page that is drawn is that of the place.
        there: whether it shows what the place shows, too, as far as its address tells.
    """
    brought = f"{code}.{number}"
    window = st.session_state.setdefault(_WINDOW, secrets.token_urlsafe(9))
    followed = st.session_state.setdefault(_FOLLOWED, brought)
    tries, last = st.session_state.get(_TRIES, (0, 0.0))
    arrives = there or (on_page and tries > 0)
    if followed == brought or tries > _MOST_TRIES or class_arrivals.has_arrived(window, brought):
        st.session_state[_FOLLOWED], st.session_state[_TRIES] = brought, (0, 0.0)
        return Redirect(window, "", due=False)
    if not arrives and (now := time.monotonic()) - last >= _APART:
        st.session_state[_TRIES] = tries + 1, now
    return Redirect(window, brought if arrives else "", due=not arrives)


def go_where_all_are() -> None:
    """Be brought where everybody has been brought last, or else to the first page."""
    st.session_state[_FOLLOWED], st.session_state[_TRIES] = "", (0, 0.0)


def is_new_reading(image: NDArray[np.float32], read: int | None) -> bool:
    """Whether this `image`, (28, 28), or what was read in it differs from what this was asked of before."""
    seen = image.tobytes(), read
    new = st.session_state.get(_NOTED) != seen
    st.session_state[_NOTED] = seen
    return new
