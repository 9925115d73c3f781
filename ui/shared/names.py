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


_WORD_JOINER = "\u2060"
"""A character without width, at which no line breaks."""
_SEEN_LATER = re.compile(r"(?i)(?<=:)(?=//|streamlit:)|(?<=www)(?=\.)|(?<=@)(?=\S)|(?<=[<>~=-])(?=[=>-])")
"""Where a word joiner goes: within addresses, the logo and arrows.

Streamlit looks for these in the finished text, in which escapes are gone: a bare http://x.org becomes a link all the
same, and "->" an arrow.
"""


def in_markdown(text: str) -> str:
    """Return a text from outside as one line that Markdown shows as it is.

    A run called **x** is no bold x. None can load a picture, and none is a link, an icon, a formula or in colour.
    """
    line = _SEEN_LATER.sub(_WORD_JOINER, " ".join(text.split()))
    return re.sub(f"([{re.escape(string.punctuation)}])", r"\\\1", line)  # a backslash before "×" would be seen
