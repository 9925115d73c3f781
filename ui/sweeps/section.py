"""The section: which sweep is shown, or the form of a new one."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.sweeps import trash
from mnist_core.sweeps.sweep import Sweep, list_sweeps
from ui.shared import names, seat, session, visitor
from ui.shared.warm_up import warm_up
from ui.sweeps import new_sweep, one_sweep, state

_RUNS, _SWEEPS = "All runs", "Sweeps"


def switch() -> bool:
    """Let one choose between the list of runs and the sweeps; return whether sweeps are shown."""

    def take() -> None:
        state.show(sweeps=session.widget_value(key) == _SWEEPS)

    shown = state.is_shown()
    key = state.key("view", shown)
    st.segmented_control(
        "Show",
        [_RUNS, _SWEEPS],
        default=_SWEEPS if shown else _RUNS,
        required=True,
        key=key,
        on_change=take,
        label_visibility="collapsed",
        help="All runs, one by one; or searches for good settings, each of many runs.",
    )
    return shown


def show() -> None:
    """Draw the section."""
    warm_up("optuna")  # a second and more, which the form's reader does not notice
    sweeps = {sweep.id: sweep for sweep in list_sweeps() if seat.sees(sweep.owner())}
    chosen = state.chosen()
    if chosen not in sweeps and chosen != state.NEW:
        chosen = next(iter(sweeps), state.NEW)
    if sweeps:
        _choose(sweeps, chosen)
    _undo()
    if problem := session.take_problem():
        st.error(names.in_markdown(f"Not possible: {problem.rstrip('.')}."))
    if chosen == state.NEW:
        st.caption(
            "There is no way to know the best settings beforehand: they have to be tried. A sweep trains many networks "
            "with varied settings; each is a run like any other."
        )
        new_sweep.show()
        return
    try:
        one_sweep.show(sweeps[chosen])
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))


def _undo() -> None:
    """Offer to bring the sweep back that this visitor deleted last, and to remove for good all that it deleted."""
    deleted = trash.deleted(asker=visitor.asker())
    if not deleted:
        return
    with st.container(horizontal=True):
        st.button(
            f"Undo: bring back the sweep of {names.in_markdown(describe(deleted[0]))}",
            icon=":material/undo:",
            key=state.key("undo", deleted[0].id),
            on_click=_bring_back,
            args=(deleted[0],),
            help="Brings back the sweep that was deleted last, with its runs; again, and the one before it comes back.",
        )
        st.button(
            f"Remove {len(deleted)} deleted sweep{'' if len(deleted) == 1 else 's'} for good",
            icon=":material/delete_forever:",
            key=state.key("empty", len(deleted), deleted[0].id),
            on_click=_empty,
            help="Frees the disk; it cannot be undone.",
        )


def _bring_back(last: Sweep) -> None:
    if not last.path.exists():
        return  # this click was heard before: again would bring back another one
    try:
        state.choose(trash.restore_last(asker=visitor.asker()).id)
    except DigitLabError as error:
        session.set_problem(error)


def _empty() -> None:
    try:
        trash.empty(asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)


def _choose(sweeps: dict[str, Sweep], chosen: str) -> None:
    def take() -> None:
        state.choose(session.widget_value(key))

    options = [state.NEW, *sweeps]
    key = state.key("chosen", len(sweeps), chosen)
    st.selectbox(
        "Sweep",
        options,
        options.index(chosen),
        format_func=lambda one: "New sweep" if one == state.NEW else describe(sweeps[one]),
        key=key,
        on_change=take,
        label_visibility="collapsed",
        help="Which sweep is shown, or a new one.",
    )


def describe(sweep: Sweep) -> str:
    """Return what tells a sweep from the others: when it began, what it varies, and how it stands."""
    created = sweep.created()
    when = f"{created.day} {created:%b %H:%M}" if created else sweep.id
    try:
        settings = sweep.settings()
    except DigitLabError:
        return f"{when}: damaged"
    varied = " × ".join(one.field.replace("_", " ") for one in settings.space)
    return f"{when}: {varied}, from {settings.name}, {sweep.status()}"
