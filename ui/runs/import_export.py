"""Runs that come and go: exported and imported as a zip, deleted and brought back."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.runs import archive, trash
from mnist_core.runs.run import Run
from ui.runs import state
from ui.shared import names, session, visitor


def import_control() -> None:
    """Offer to add a run from a zip file."""
    key = state.key("import", state.upload())

    def take() -> None:
        try:
            run = archive.unpack(session.widget_value(key), asker=visitor.asker())
        except DigitLabError as error:
            session.set_problem(error)
        else:
            state.show_ticked(run.id)
        state.new_upload()  # else the file would be imported again at the next click

    with st.popover(
        "Import",
        icon=":material/upload:",
        help="Add a run that was exported here or on another computer.",
        key=state.key("import-popover", state.upload()),  # another one after each import, and so closed
    ):
        st.file_uploader(
            "A run as a zip file",
            type="zip",
            max_upload_size=archive.LARGEST_ARCHIVE // 2**20,
            key=key,
            on_change=take,
            help="Only a zip that Digit Lab exported is taken; nothing in it is executed.",
        )


def export_button(run: Run) -> None:
    """Offer a run as a zip file, made when it is clicked."""
    st.download_button(
        "Export",
        lambda: archive.pack(run),
        file_name=f"{run.id}.zip",
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
        key=state.key("export", run.id),
        help="The run with its settings, its curves and its networks as one zip file, to be imported elsewhere.",
    )


def delete_button(run: Run) -> None:
    """Offer to delete a run."""

    def delete() -> None:
        try:
            trash.delete(run, asker=visitor.asker())
        except DigitLabError as error:
            session.set_problem(error)
        else:
            state.set_ticked([])

    st.button(
        "Delete",
        icon=":material/delete:",
        on_click=delete,
        key=state.key("delete", run.id),
        help=f"Removes the run from the list. The last {trash.KEPT} can be brought back for a week.",
    )


def undo_button() -> None:
    """Offer to bring the run back that this visitor deleted last, and to remove for good all that it deleted."""

    def bring_back(last: Run) -> None:
        if last.path.exists():  # else this click was heard before: again would bring back another one
            try:
                state.show_ticked(trash.restore_last(asker=visitor.asker()).id)
            except DigitLabError as error:
                session.set_problem(error)

    if deleted := trash.deleted(asker=visitor.asker()):
        st.button(
            f"Undo: bring back {names.in_markdown(names.name_of(deleted[0]))}",
            icon=":material/undo:",
            on_click=bring_back,
            args=(deleted[0],),
            key=state.key("undo", deleted[0].id),
            help="Brings back the run that was deleted last; again, and the one before it comes back.",
        )
        with st.popover(
            "Empty the trash",
            icon=":material/delete_forever:",
            key=state.key("trash", len(deleted), deleted[0].id),  # another one afterwards, and so closed
            help="Frees the disk; it cannot be undone.",
        ):
            st.button(
                f"Remove {len(deleted)} deleted run{'' if len(deleted) == 1 else 's'} for good",
                type="primary",
                on_click=_empty,
                key=state.key("empty", deleted[0].id),
                help="Frees the disk; it cannot be undone.",
            )


def _empty() -> None:
    try:
        trash.empty(asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)
