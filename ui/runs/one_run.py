"""One run: what can be done with it, its name and note, its settings, layers, files and repetitions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.formatting import in_words
from mnist_core.runs import comparison
from mnist_core.runs.notes import LONGEST_NOTE, LONGEST_TITLE, Notes, read_notes, write_notes
from mnist_core.runs.run import ACTIVE, Run
from ui.cached import run_records
from ui.runs import downloads, import_export, repetitions, state
from ui.shared import layer_table, names, session, visitor

_HEIGHT = 213
"""Of a table, in CSS pixels."""


def head(run: Run, listed: Sequence[Run]) -> None:
    """Draw its name beside what can be done with it, and say what is to be known of it.

    Args:
        run: the run.
        listed: the runs in the table, from which its name tells it apart.
    """
    others = [other for other in listed if other != run]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(names.in_markdown(names.names_of([run, *others])[0]), width="content")
        take = st.button(
            "Take in hand",
            icon=":material/back_hand:",
            type="primary",
            disabled=not run.snapshot.exists(),
            help="Every page then uses this run's network.",
        )
        watch = st.button(
            "Watch its curves",
            icon=":material/show_chart:",
            help="Opens the run on the Train page, where it can go on.",
        )
        repetitions.control(run, _members(run))
        import_export.export_button(run)
        if visitor.asker().owns(run.owner()):
            import_export.delete_button(run)
    if take:
        session.set_model(run.id)
        st.rerun()
    if watch:
        session.set_run(run.id)
        st.switch_page("pages/4_Train.py")
    if session.model() == run.id:
        st.success("This run's network is the model in hand.")
    reader = run_records.reader(run)
    under_way = run.status(reader.read()) in ACTIVE
    if damaged := reader.unreadable_lines(under_way=under_way):
        st.warning(f"{damaged} line(s) of its record could not be read and were passed over; the rest is shown.")


def notes(run: Run) -> None:
    """Draw the fields for its name and its note; both are written as soon as they are changed.

    Of a run that is another's, the note is shown as it is.
    """
    written, title_key, note_key = read_notes(run), state.key("title", run.id), state.key("note", run.id)
    if not visitor.asker().owns(run.owner()):
        st.caption(f"{visitor.describe_owner(run.owner())} has started this run: it can be compared and used here.")
        st.text(written.note)
        return

    def rename() -> None:
        try:
            changed = Notes(title=session.widget_value(title_key), note=session.widget_value(note_key))
            write_notes(run, changed, asker=visitor.asker())
        except DigitLabError as error:
            session.set_problem(error)

    st.text_input(
        "Name",
        written.title,
        max_chars=LONGEST_TITLE,
        key=title_key,
        on_change=rename,
        placeholder=run_records.described(run).name,
        help="What the run is called on every page; empty: the preset's name.",
    )
    st.text_area(
        "Note",
        written.note,
        max_chars=LONGEST_NOTE,
        key=note_key,
        on_change=rename,
        height=100,
        placeholder="What did you want to find out?",
        help="Anything worth remembering about this run.",
    )


def records(run: Run) -> None:
    """Draw what is recorded of it: its repetitions, if it has any, its settings, its layers and its files."""
    described, members = run_records.described(run), _members(run)
    tabs = [*(["Repetitions"] if members else []), "Settings", "Layers", "Downloads"]
    *repeated, settings, layers, files = st.tabs(tabs, key=state.key("tabs", len(tabs), run.id))
    shown = comparison.settings(described.config, described.trained_on)
    values = [(name.replace("_", " "), in_words(value)) for name, value in shown.items()]
    settings.dataframe(pd.DataFrame(values, columns=["Setting", "Value"]), hide_index=True, height=_HEIGHT)
    layers.dataframe(pd.DataFrame(layer_table.layer_table(described.config)), hide_index=True, height=_HEIGHT)
    with files:
        downloads.downloads(run)
    for tab in repeated:
        with tab:
            repetitions.show(members)


def _members(run: Run) -> list[Run]:
    """Return the repetitions of the run, or those beside it if it is one."""
    return repetitions.of(run_records.described(run).group or run.id)
