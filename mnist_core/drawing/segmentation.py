"""Separate several digits on one board or in one picture, before each is read. NumPy and SciPy only.

Strokes, or the connected parts of a picture, are gathered into digits in reading order: row by row, and in each from
left to right. Gaps propose (`gap_groups`), and a network that is shown the pieces decides (`regrouping`).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from scipy import ndimage

from mnist_core.drawing.gap_groups import gather, group_by_gaps
from mnist_core.drawing.pen import crop
from mnist_core.drawing.preprocess import (
    MOST_PARTS,
    from_ink,
    from_strokes,
    ink_of,
    shrink,
    without_specks,
    without_stray,
)
from mnist_core.drawing.regrouping import Judge, Pieces, regroup
from mnist_core.drawing.strokes import OUTLINE, Box, Stroke, clean
from mnist_core.errors import DrawingError


class Piece(NamedTuple):
    """One digit of a picture."""

    box: Box
    """Where it lies, in the picture's pixels."""
    ink: np.ndarray
    """(H, W) float32 in [0, 1], inside the box."""


Part = TypeVar("Part")


def digits_of_strokes(strokes: Sequence[Stroke], judge: Judge | None = None) -> list[tuple[list[Stroke], np.ndarray]]:
    """Return each digit that was drawn, in reading order, with its image as `from_strokes` makes it.

    Marks too small to be a digit are left out where a digit remains.

    Args:
        strokes: on the board.
        judge: decides which strokes belong together where gaps do not tell; without it, gaps alone do.

    Raises:
        DrawingError: no digit remains.
    """
    groups = split_strokes(strokes, judge)
    # The one digit keeps its stray dots, which are part of the drawing though not of the digit.
    return _readable(groups if len(groups) > 1 else [list(strokes)], from_strokes)


def digits_of_raster(rgba: np.ndarray, judge: Judge | None = None) -> list[tuple[Piece, np.ndarray]]:
    """Return each digit of a picture, in reading order, with its image as `from_ink` makes it.

    Args:
        rgba: what `ink_of` takes.
        judge: as for `digits_of_strokes`.

    Raises:
        DrawingError: no digit remains.
    """
    return _readable(split_raster(rgba, judge), lambda piece: from_ink(piece.ink))


def _readable(parts: Sequence[Part], prepare: Callable[[Part], np.ndarray]) -> list[tuple[Part, np.ndarray]]:
    """Return the parts that are digits, with their images.

    Raises:
        DrawingError: no part is a digit; the error says why the first one is none.
    """
    found: list[tuple[Part, np.ndarray]] = []
    refused: list[DrawingError] = []
    for part in parts:
        try:
            found.append((part, prepare(part)))
        except DrawingError as error:
            refused.append(error)
    if refused and not found:
        raise refused[0]
    return found


def split_strokes(strokes: Sequence[Stroke], judge: Judge | None = None) -> list[list[Stroke]]:
    """Return the strokes of each digit: digits in reading order, strokes in the order they were drawn, no stray dots.

    `bounding_box` gives a digit's place. Without strokes there is no digit: []. `judge` as for `digits_of_strokes`.

    Raises:
        DrawingError: points lie far off the canvas, as in `from_strokes`.
    """
    strokes = without_stray(clean(strokes))
    groups = group_by_gaps(strokes)
    if judge is not None and len(strokes) > 1:
        groups = regroup(pieces_of_strokes(strokes, judge), groups)
    return [[strokes[i] for i in group] for group in groups]


def pieces_of_strokes(strokes: Sequence[Stroke], judge: Judge) -> Pieces:
    """Return the strokes as pieces of which the judge can be asked."""
    return Pieces([s.points for s in strokes], lambda group: from_strokes([strokes[i] for i in group]), judge)


def split_raster(rgba: np.ndarray, judge: Judge | None = None) -> list[Piece]:
    """Return the digits of a picture, in reading order, for `from_ink`. Digits whose ink touches stay one piece.

    Args:
        rgba: what `ink_of` takes.
        judge: as for `digits_of_strokes`.

    Raises:
        DrawingError: nothing is drawn.
    """
    page = ink_of(rgba)
    # A speck is small against the ink, however large the page.
    whole = crop(page)
    corner = np.array([int(np.argmax(page.any(axis=axis))) for axis in (0, 1)])
    ink = without_specks(shrink(whole))
    scale = np.array([whole.shape[1] / ink.shape[1], whole.shape[0] / ink.shape[0]])
    parts, count = ndimage.label(ink > 0, structure=np.ones((3, 3)))
    depth = ndimage.distance_transform_edt(np.pad(ink > 0, 1))[1:-1, 1:-1]
    ridge = (ink > 0) & (depth == ndimage.maximum_filter(depth, 3))
    rows, columns = np.nonzero(ridge)
    points = np.column_stack([columns, rows]).astype(np.float64)
    owner = parts[rows, columns]
    order = np.argsort(owner, kind="stable")
    middles = np.split(points[order], np.searchsorted(owner[order], np.arange(2, count + 1)))
    middles = [middle[:: 1 + len(middle) // OUTLINE] for middle in middles]

    def cut_out(group: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        mine = np.where(np.isin(parts, np.array(group) + 1), ink, 0)
        y, x = np.nonzero(mine)
        low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()]) + 1
        return low, high, mine[low[1] : high[1], low[0] : high[0]]

    groups = [tuple(group) for group in gather(middles)]
    if judge is not None and 1 < count <= MOST_PARTS:
        groups = regroup(Pieces(middles, lambda group: from_ink(cut_out(group)[2]), judge), groups)
    pieces = []
    for group in groups:
        low, high, mine = cut_out(group)
        box = Box(*(float(v) for v in (*(corner + low * scale), *(corner + high * scale))))
        pieces.append(Piece(box, mine))
    return pieces
