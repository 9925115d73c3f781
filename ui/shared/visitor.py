"""Who uses this session: the teacher or a seat, the browser, and where it calls from."""

from __future__ import annotations

import secrets
from dataclasses import replace

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.asker import TEACHER, Asker, seat_of
from ui.cached import classes
from ui.server import seats
from ui.server.teacher_key import TEACHER_KEY

_KEY = "digit-lab.seat"
_AT_THE_SERVER = "digit-lab.at-the-server"


def asker() -> Asker:
    """Return who sits there: the teacher, who is at the server's machine or has entered the key, or else a seat."""
    if at_the_server():
        return TEACHER
    mine = seat()
    if TEACHER_KEY.is_teacher(mine):
        return TEACHER
    now = classes.now()  # a whole class may come from one address
    return mine if now and now.seat(mine) else replace(mine, address=seats.network_of(address()))


def describe_owner(owner: str) -> str:
    """Return who an owner is that is not this visitor, as the subject of a sentence."""
    return "Somebody else" if owner else "The teacher"


def seat() -> Asker:
    """Return the seat of this browser, the same after a reload.

    Those without cookies have one seat for all at their address: else a program had as many seats as it opened pages.
    """
    known = secret()
    return seat_of(known) if known else seat_of(f"without a cookie, at {address()}")


def secret() -> str | None:
    """Return the secret of this browser's seat, from its cookie; None without one."""
    found = st.context.cookies.get(seats.COOKIE)
    return found if seats.is_secret(found) else None


def at_the_server() -> bool:
    """Return whether this visitor sits at the server's own machine; it is found out once, when the page is opened."""
    if _AT_THE_SERVER not in st.session_state:
        st.session_state[_AT_THE_SERVER] = seats.is_at_the_server(st.context.headers, _peer())
    return bool(st.session_state[_AT_THE_SERVER])


def address() -> str:
    """Return where this visitor calls from; empty where nobody knows."""
    return seats.caller(st.context.headers, _peer())


def _peer() -> str | None:
    """Return the other end of this visitor's connection; None where it has just been closed, or there is none.

    `st.context.ip_address` cannot tell that from a visitor at the server's machine.
    """
    context = get_script_run_ctx()
    client = runtime.get_instance().get_client(context.session_id) if context and runtime.exists() else None
    peer = client.client_context.remote_ip if client and client.client_context else None
    return peer if isinstance(peer, str) else None


def key() -> str:
    """Return an anonymous key of this browser, the same after a reload where it takes cookies; else of this session."""
    if known := secret():
        return seat_of(known).seat
    return str(st.session_state.setdefault(_KEY, secrets.token_hex(8)))
