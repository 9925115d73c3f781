"""Session state of the Class page: which part is seen, the names that are offered, what was done last."""

from __future__ import annotations

import streamlit as st

from ui.shared import session

SECTIONS = ("Invite", "Board", "Plot", "Wall", "Lead", "Collect", "End")
_SECTION = "digit-lab.class.section"
_OFFERED = "digit-lab.class.offered"
_DONE = "digit-lab.class.done"
_TURN = "digit-lab.class.turn"
_SEAT_LINK = "digit-lab.class.seat-link"


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key("class", name, *parts)


def section() -> str:
    """Return which part of the teacher's page is seen (`session.choice`)."""
    chosen = session.choice("section", _SECTION) or SECTIONS[0]
    return chosen if chosen in SECTIONS else SECTIONS[0]


def set_section(chosen: str) -> None:
    """See another part, here and in the URL."""
    session.set_choice("section", _SECTION, chosen, default=SECTIONS[0])


def on_projector() -> bool:
    """Return whether this window is the projector's."""
    return session.asked("view") == "projector"


def offered(code: str) -> list[str]:
    """Return the names that were offered to this visitor for the class of that code; none yet where it is empty."""
    before: tuple[str, list[str]] = st.session_state.get(_OFFERED, ("", []))
    return before[1] if before[0] == code else []


def offer(code: str, names: list[str]) -> None:
    """Offer names."""
    st.session_state[_OFFERED] = code, names


def set_done(sentence: str) -> None:
    """Keep a sentence on what was done, for the page to show once."""
    st.session_state[_DONE] = sentence


def take_done() -> str | None:
    """Return that sentence, if there is one, and forget it."""
    return st.session_state.pop(_DONE, None)


def seat_link() -> str:
    """Return the code of the link to this seat that was made last; empty before."""
    return str(st.session_state.get(_SEAT_LINK, ""))


def set_seat_link(code: str) -> None:
    """Keep that code."""
    st.session_state[_SEAT_LINK] = code


def turn() -> int:
    """Return how often something was done here: buttons whose meaning changes by a click get another key by it."""
    return int(st.session_state.get(_TURN, 0))


def count_turn() -> None:
    """Count one more."""
    st.session_state[_TURN] = turn() + 1
