"""What a run is called on the pages, and names that learners wrote, made safe for where they are shown."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

from mnist_core.errors import RunError
from mnist_core.runs.notes import LONGEST_TITLE, read_notes
from mnist_core.runs.run import Run
from ui.cached import run_records


def name_of(run: Run) -> str:
    """Return the title that somebody gave the run, else what it was started as, else its id."""
    if title := read_notes(run).title:
        return title
    try:
        described = run_records.described(run)
    except RunError:  # damaged, or deleted by somebody else just now
        return run.id
    name = described.name[:LONGEST_TITLE]
    return f"{name}, seed {described.config.seed}" if described.group else name


def names_of(runs: Sequence[Run]) -> list[str]:
    """Return names that tell the runs apart: those that share one get the end of their id, as much as it takes."""
    return run_records.told_apart([name_of(run) for run in runs], [run.id for run in runs])


def in_markdown(text: str) -> str:
    """Return a text that Markdown shows as it is: a run called **x** is no bold x, and none can load a picture."""
    return re.sub(f"([{re.escape(string.punctuation)}])", r"\\\1", text)  # a backslash before "×" would be seen
