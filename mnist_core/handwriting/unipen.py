"""Reads digits that people drew on a tablet from UNIPEN text, to measure how well networks read drawings. No torch.

The format is that of "Pen-Based Recognition of Handwritten Digits" (Alpaydin and Alimoglu, UCI Machine Learning
Repository, 1996, CC BY 4.0), files pendigits-orig.tra and pendigits-orig.tes: 500 x 500 units, y upwards.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import DrawingError
from mnist_core.storage import time_limit
from mnist_core.storage.untrusted_file import read_at_most
from mnist_core.untrusted_text import quoted

TABLET = 500.0
CANVAS = 280
LARGEST_FILE = 2**26
"""Bytes that are read; the format itself has no limit."""


@dataclass(frozen=True, eq=False)
class PenDigit:
    """One digit of one writer."""

    label: int
    writer: int
    """The number of the writer in the file."""
    strokes: tuple[np.ndarray, ...]
    """(N, 2) float64 each, x to the right and y upwards, 0 to 500."""

    def lines(self) -> list[np.ndarray]:
        """Return the strokes with y downwards, as a screen has it: (N, 2) float64 each, 0 to 500."""
        return [points * (1, -1) + (0, TABLET) for points in self.strokes]


def read_unipen(path: str | Path) -> list[PenDigit]:
    """Return the digits of a UNIPEN file, in its order.

    Raises:
        DrawingError: the file is missing, too large, takes too long, is no UNIPEN text or damaged; it names the line.
    """
    try:
        lines = read_at_most(Path(path), LARGEST_FILE).decode("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DrawingError(f"The file {str(path)!r} cannot be read as UNIPEN text. Check its name.") from error
    digits: list[PenDigit] = []
    label = writer = -1
    strokes: list[np.ndarray] = []
    pen: list[list[float]] | None = None

    def finish() -> None:
        if label >= 0 and strokes:
            digits.append(PenDigit(label, writer, tuple(strokes)))

    limit = time_limit.TimeLimit(
        time_limit.LONGEST,
        DrawingError(f"The file {str(path)!r} takes more than {time_limit.LONGEST:.0f} s to read. Take a smaller one."),
    )
    for number, line in enumerate(lines, start=1):
        limit.check()
        words = line.split()
        try:
            if not words:
                continue
            if words[0] == ".SEGMENT":
                if pen is not None:
                    raise ValueError("the pen was never lifted")
                finish()
                label, writer, strokes = _digit(words[-1]), -1, []
            elif words[0] == ".COMMENT" and label >= 0 and len(words) > 2:
                writer = int(words[2])
            elif words[0] == ".PEN_DOWN":
                if label < 0 or pen is not None:
                    raise ValueError("the pen goes down twice, or before any digit")
                pen = []
            elif words[0] == ".PEN_UP":
                if pen is None:
                    raise ValueError("the pen was not down")
                if pen:
                    strokes.append(np.array(pen, dtype=np.float64))
                pen = None
            elif pen is not None:
                pen.append(_point(words))
        except ValueError as error:
            raise DrawingError(f"Line {number} of {str(path)!r} is not UNIPEN text: {error}.") from error
    if pen is not None:
        raise DrawingError(f"The file {str(path)!r} ends in the middle of a stroke. Fetch it again.")
    finish()
    if not digits:
        raise DrawingError(f"The file {str(path)!r} holds no digit, expected UNIPEN text with .SEGMENT lines.")
    return digits


HALVES = {"tune": 1, "report": 0}
"""The two halves of the writers, by the remainder of their number divided by 2. What is chosen (limits of the
segmentation, habits, amounts) is chosen by the digits of the writers to tune on; the others are reported. The split is
by number, so that it is nobody's choice. The first three habits of 2026 had been chosen by all 30 writers."""


def by_writers(digits: list[PenDigit], span: str | None) -> list[PenDigit]:
    """Return the digits of the writers that `span` names; for None, the digits of all.

    Args:
        digits: of a file.
        span: numbers such as "1-15", or "tune" or "report", which are half of the writers each (`HALVES`).

    Raises:
        DrawingError: the span is written otherwise, or none of these writers has drawn anything.
    """
    if span is None:
        return digits
    found = re.fullmatch(r"(\d+)-(\d+)", span)
    if span in HALVES:
        chosen = [digit for digit in digits if digit.writer % 2 == HALVES[span]]
    elif found:
        chosen = [digit for digit in digits if int(found[1]) <= digit.writer <= int(found[2])]
    else:
        raise DrawingError(
            f"Writers are given as FIRST-LAST, such as 1-15, or as tune or report, received {quoted(span)}."
        )
    if not chosen:
        there = sorted({digit.writer for digit in digits})
        raise DrawingError(f"There is no digit by the writers {span}; there are the writers {there[0]} to {there[-1]}.")
    return chosen


def as_canvas(digit: PenDigit, brush: float) -> list[Stroke]:
    """Return the strokes of a digit as if drawn in the browser: the whole tablet on a square canvas, y downwards.

    Args:
        digit: what was drawn on the tablet.
        brush: width of the drawn line, in canvas pixels.
    """
    scale = CANVAS / TABLET
    return [Stroke(points * scale, brush) for points in digit.lines()]


def _digit(word: str) -> int:
    text = word.strip('"')
    if len(text) != 1 or text not in "0123456789":
        raise ValueError(f"expected a digit in quotes, received {quoted(word)}")
    return int(text)


def _point(words: list[str]) -> list[float]:
    point = [float(word) for word in words]
    if len(point) != 2 or not np.isfinite(point).all():
        raise ValueError(f"expected two coordinates, received {quoted(' '.join(words))}")
    return point
