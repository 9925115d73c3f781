"""A number as people type it: with a comma for a point, or with the minus sign of a printed text. No torch."""

from __future__ import annotations

import math

from mnist_core.errors import LessonError
from mnist_core.untrusted_text import quoted

_AS_PYTHON = str.maketrans({"−": "-", "–": "-", ",": "."})


def read_number(text: str) -> float:
    """Return the number that was typed.

    Raises:
        LessonError: it is none.
    """
    try:
        number = float(text.strip().translate(_AS_PYTHON).replace("- ", "-"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise LessonError(f"type one number, such as −0.25, received {quoted(text)}")
    return number
