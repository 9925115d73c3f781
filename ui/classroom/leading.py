"""Lead: pause, bring everybody somewhere, a sentence to all, what is put away, limits of runs, who sits here."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from mnist_core.classroom import seats
from mnist_core.classroom.settings import LONGEST_MESSAGE, LONGEST_RUN, MOST_RUNS, bring_all
from ui.cached import classes
from ui.classroom import acting, state
from ui.shared import session


def show(now: classes.Now, pages: list[str]) -> None:
    """Draw the controls; `pages` are the labels of the pages that learners may be brought to."""
    left, right = st.columns(2, gap="large")
    with left:
        _message(now)
        _bring(now, pages)
        _lock(now)
    with right:
        _limits(now, pages)
    _seats(now)


def _message(now: classes.Now) -> None:
    key = state.key("message", state.turn())
    st.text_input(
        "A sentence to all",
        now.settings.message,
        max_chars=LONGEST_MESSAGE,
        key=key,
        on_change=acting.take,
        args=(now, "message", key),
        placeholder="Stands at the top of every page until you take it away",
        help="After Enter it stands at the top of everybody's pages and on the projector. Empty it to take it away.",
    )


def _bring(now: classes.Now, pages: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        to = st.selectbox("Bring everybody to", pages, key=state.key("page"), persist_state="session")
        st.button(
            "Bring all",
            icon=":material/arrow_forward:",
            key=state.key("bring", now.settings.brought),
            on_click=acting.do,
            args=(bring_all, now.classroom, to),
            help="Everybody's page changes within a second or two. They may leave it again.",
        )
    key = state.key("link", now.settings.brought)
    link = st.text_input(
        "or with a link, such as Train with your settings, or a lesson",
        key=key,
        placeholder="paste the address of the page as you have set it up",
        help="Open a page as everybody is to see it, copy its address from the browser, and paste it here.",
    )
    if link:
        to = _place(link, pages)
        if not to:
            st.error("Expected the address of one of this app's pages, such as .../Train?epochs=3.")
        st.button(
            "Bring all there",
            icon=":material/link:",
            key=state.key("bring-link", now.settings.brought),
            on_click=acting.do,
            args=(bring_all, now.classroom, to),
            disabled=not to,
        )


def _lock(now: classes.Now) -> None:
    if now.settings.locked:
        st.markdown(":material/lock: The settings of Train are locked for all.")
        st.button(
            "Unlock the settings of Train",
            icon=":material/lock_open:",
            key=state.key("unlock", state.turn()),
            on_click=acting.change,
            args=(now,),
            kwargs={"locked": ""},
            help="Everybody can change them again.",
        )
        return
    key = state.key("lock", state.turn())

    def lock() -> None:
        parts = urlsplit(str(session.widget_value(key) or ""))
        if parts.path.rstrip("/").rpartition("/")[2] != "Train":
            session.set_problem("expected the address of the page Train as you have set it up")
            return
        acting.change(now, locked=parts.query or "preset=fast")

    st.text_input(
        "Lock the settings of Train to a link",
        key=key,
        on_change=lock,
        placeholder="paste the address of Train as you have set it up",
        help="Learners then train with exactly these settings: the form is there, and cannot be changed.",
    )


def _limits(now: classes.Now, pages: list[str]) -> None:
    settings = now.settings
    key = state.key("hidden", state.turn())
    st.multiselect(
        "Pages that are put away",
        pages,
        [page for page in settings.hidden_pages if page in pages],
        key=key,
        on_change=acting.take,
        args=(now, "hidden_pages", key),
        placeholder="none",
        help="Learners do not see these pages. Yours stay.",
    )
    first, second = st.columns(2)
    with first:
        _number(now, "runs_at_once", "Runs at once (0: no limit)", MOST_RUNS, "How many runs train at the same time.")
    with second:
        _number(
            now, "longest_run", "Longest run, seconds (0: no limit)", LONGEST_RUN, "A run ends after so many seconds."
        )
    key = state.key("sees", state.turn())
    st.segmented_control(
        "Who sees whom",
        ["everybody", "own work"],
        default=settings.sees,
        required=True,
        key=key,
        on_change=acting.take,
        args=(now, "sees", key),
        help="Everybody: all see the board and each other's runs. Own work: they see their own, and yours.",
    )


def _number(now: classes.Now, name: str, label: str, most: int, text: str) -> None:
    key = state.key(name, state.turn())
    st.number_input(
        label, 0, most, getattr(now.settings, name), key=key, on_change=acting.take, args=(now, name, key), help=text
    )


def _seats(now: classes.Now) -> None:
    st.markdown("**Seats**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        members = list(now.seats)
        chosen = st.selectbox(
            "Take a seat out of the class",
            members,
            index=None,
            format_func=lambda one: now.seats[one].name if one in now.seats else "",
            key=state.key("remove-whom", len(now.removed)),
            placeholder="nobody",
            help="What it made is kept. It can come back only when you let it in again.",
        )
        st.button(
            "Take out",
            icon=":material/person_remove:",
            key=state.key("remove", len(now.removed)),
            disabled=chosen is None,
            on_click=acting.do,
            args=(seats.remove, now.classroom, chosen),
        )
        for seat in now.removed.values():
            st.button(
                f"Let {seat.name} in again",
                icon=":material/person_add:",
                key=state.key("readmit", seat.id),
                on_click=acting.do,
                args=(seats.readmit, now.classroom, seat.id),
            )


def _place(link: str, pages: list[str]) -> str:
    """Return a page's label with what follows the question mark, from the address of a page; "" if it is none."""
    parts = urlsplit(link.strip())
    page = parts.path.rstrip("/").rpartition("/")[2] or "Home"
    return f"{page}?{parts.query}".rstrip("?") if page in pages else ""
