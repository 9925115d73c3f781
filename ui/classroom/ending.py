"""The end of a class: everything in one file, or deleted, or both."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from mnist_core.asker import Asker
from mnist_core.classroom import classroom as core
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.deletion import Remains, delete, remains_of
from mnist_core.classroom.seats import all_seats
from mnist_core.export.class_zip import class_zip
from mnist_core.export.lessons_html import lessons_to_html
from mnist_core.handwriting.collection import collection
from mnist_core.lessons.record import LearnerRecord
from mnist_core.sweeps import sweeps, trash
from mnist_core.sweeps.sweep import Sweep
from ui.cached import classes, run_records
from ui.classroom import acting, state, stored
from ui.shared.kept import forget_kept


def show(now: classes.Now) -> None:
    """Draw the end of the class that is open."""
    left_side, right_side = st.columns([5, 4], gap="large")
    with left_side:
        _export(now.classroom)
        st.button(
            "End the class",
            icon=":material/flag:",
            type="primary",
            key=state.key("end", state.turn()),
            on_click=acting.do,
            args=(_end, now.classroom),
            help="Nobody is led any more, and the class's trainings stop. What was made stays until you delete it.",
        )
        st.caption("After that you can still export the class, and delete it.")
    with right_side.container(border=True):
        stored.show()


def ended_class(classroom: Classroom) -> None:
    """Draw a class that has ended: what there is of it, to export or to delete."""
    with st.container(border=True):
        found = _remains_of(classroom)
        when = classroom.ended
        st.markdown(f"**The class {classroom.code}** has ended{f' on {when:%d %B at %H:%M}' if when else ''}.")
        st.caption(f"There are {found.describe()}.")
        _export(classroom)
        sure = state.key("sure", classroom.code)
        if st.checkbox("Delete everything of this class for good", key=sure, help="It cannot be undone."):
            st.button(
                f"Delete {found.files:,} files",
                icon=":material/delete_forever:",
                key=state.key("delete", classroom.code),
                on_click=acting.do,
                args=(_delete, classroom, found),
            )


def _export(classroom: Classroom) -> None:
    with_names = st.checkbox(
        "With the names of the seats",
        key=state.key("names", classroom.code),
        help="Without it, seats are numbered in the export.",
    )
    st.download_button(
        "Everything as one zip",
        lambda: class_zip(classroom, collection(), with_names=with_names, lessons=_lesson_pages(classroom)),
        f"class-{classroom.code}.zip",
        "application/zip",
        icon=":material/download:",
        on_click="ignore",
        key=state.key("export", classroom.code),
        help="A page that opens without a network, all runs with their networks, and all drawings.",
    )


def _remains_of(classroom: Classroom) -> Remains:
    return remains_of(classroom, collection(), _elsewhere(classroom))


def _members(classroom: Classroom) -> list[str]:
    return [seat.id for seat in all_seats(classroom)]


def _sweeps(classroom: Classroom) -> list[Sweep]:
    """Return the sweeps of the class's seats, deleted ones too."""
    return [sweep for seat in _members(classroom) for sweep in trash.sweeps_of(seat)]


def _elsewhere(classroom: Classroom) -> list[Path]:
    """Return the folders with what its seats keep of their lessons, cleared or not, and with their sweeps."""
    lessons = [both for seat in _members(classroom) for folders in LearnerRecord(seat).folders() for both in folders]
    return [*lessons, *(sweep.path for sweep in _sweeps(classroom))]


def _lesson_records(classroom: Classroom) -> dict[str, LearnerRecord]:
    """Return what each seat keeps of its lessons, by the seat's id, of those that keep anything."""
    return {seat: one for seat in _members(classroom) if (one := LearnerRecord(seat)).folder.exists()}


def _lesson_pages(classroom: Classroom) -> dict[str, bytes]:
    day = f"{classroom.began:%d %B %Y}"
    return {seat: lessons_to_html(one.entries(), day).encode() for seat, one in _lesson_records(classroom).items()}


def _end(classroom: Classroom, *, asker: Asker) -> None:
    acting.pause(classroom, False, asker=asker)  # what an ended class held would hold for ever
    core.end(classroom, asker=asker)
    jobs = run_records.jobs()
    for sweep in _sweeps(classroom):
        if sweep.status() == "running":
            sweeps.stop(sweep, jobs, asker=asker)
    mine = {run.id for run in _remains_of(classroom).runs}
    for run in jobs.active():
        if run.id in mine:
            jobs.stop(run, asker=asker)


def _delete(classroom: Classroom, found: Remains, *, asker: Asker) -> None:
    elsewhere = _elsewhere(classroom)  # the seats are gone afterwards
    delete(classroom, found, collection(), asker=asker)
    forget_kept()
    rest = remains_of(classroom, collection(), elsewhere)
    remains = "nothing of it remains" if not rest.files else f"{rest.describe()} remain"
    state.set_done(f"{found.files:,} files of the class {classroom.code} are deleted: {remains}.")
