"""The notice in which the app says what it stores, where and for how long, and that nothing leaves the machine."""

from __future__ import annotations

import streamlit as st

from mnist_core.paths import classes_folder, collection_folder, lessons_folder, runs_folder
from mnist_core.runs.trash import KEPT
from mnist_core.sweeps import trash
from ui.shared import names, session

QUESTION = "What is stored here?"
_KEY = session.widget_key("shared", "storage-notice")

_NOTHING_LEAVES = (
    "**Nothing leaves the machine that serves these pages.** Your browser asks that machine and no other. There are no "
    "statistics, no advertising and no accounts. The only thing that the machine itself may fetch is the data set "
    "MNIST, if its files are missing."
)
_IN_MEMORY = (
    "**Not stored**: what you draw, upload or photograph without filing it. The machine keeps the last of it in memory "
    "for about an hour, so that it is still there after a reload."
)


def describe_stored() -> list[str]:
    """Return what the app writes to the disk of the machine that serves it, one paragraph a kind, in Markdown."""
    folders = (runs_folder(), collection_folder(), lessons_folder(), classes_folder())
    runs, drawings, lessons, classes = (names.in_markdown(folder.resolve().name) for folder in folders)
    return [
        f"**Trainings**, in the folder “{runs}”: their settings, their curves, their networks, the names and notes "
        "that somebody gave them, and the drawings that a network was asked to read while it learned, or was taught. "
        "They stay until somebody deletes them. Beside them: **sweeps**, with what each has tried and measured; how "
        "fast this machine computes, what was found in the data set, how often the test images were opened. The last "
        f"{KEPT} deleted trainings and the last {trash.KEPT} deleted sweeps can be brought back for a week.",
        f"**Drawings**, in the folder “{drawings}”: only those that somebody filed under their true digit, each with "
        "its strokes, the digit and the time. Deleted ones can be brought back until the trash is emptied.",
        f"**Lessons**, in the folder “{lessons}”: your predictions, what came of them, the drawings of the first "
        "lesson and your own sentences. They stay until you clear them on the Lessons page, where you can also bring "
        "them back, or remove them for good.",
        "**Who you are** is not asked. A random number in a cookie tells your browser from the others, and a code "
        "that is computed from it stands in the trainings that you start and the drawings that you file. It is no "
        "name, and no exported file has it. Addresses of computers are not written down. Of the teacher's key, a hash "
        "is stored.",
        f"**A class**, in the folder “{classes}” among the trainings: the name that each seat took from the list, what "
        "it expected of its runs, the page that it looks at and the step of its lesson, its last drawing with what was "
        "read in it, and what the teacher has set. It stays until the teacher deletes the class, with all that its "
        "seats have made.",
    ]


@st.dialog(QUESTION, width="medium", icon=":material/lock:")
def _show() -> None:
    for paragraph in (_NOTHING_LEAVES, *describe_stored(), _IN_MEMORY):
        st.markdown(paragraph)


def offer() -> None:
    """Draw the button that opens the notice."""
    if st.button(QUESTION, key=_KEY, type="tertiary", icon=":material/lock:"):
        _show()
