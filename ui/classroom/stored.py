"""What is stored of a class, and where, in plain words."""

from __future__ import annotations

import streamlit as st

from mnist_core.paths import classes_folder

_STORED = """
A class keeps, on this computer and nowhere else: **the name** that each seat chose from the list (nobody types one),
**a random number** for each phone (in a cookie of it), **the runs and drawings** that each seat makes, what it
**expected** of its runs, what it keeps of its **lessons**, and **which page** it looks at now. No address of a phone,
no log of who did what when.

Nothing leaves this machine: phones talk to it alone, and it asks nobody else. When the class ends, everything goes
into one file that you keep, or is deleted, or both. Drawings and names of children are personal data: delete what you
do not need.
"""


def show() -> None:
    """Say what is stored of a class, and where."""
    st.markdown("**What is stored**\n" + _STORED)
    st.caption(f"The folder: `{classes_folder()}`; runs, drawings and lessons lie where all of them do.")
