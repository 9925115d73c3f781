"""Several digits side by side, told apart before each is read. NumPy and SciPy only.

Strokes, or the connected parts of a picture, are gathered into digits from left to right. Distances are shares of the
tallest part's height, between the middles of the lines, so that the brush does not matter.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from mnist_core.drawing import ink_of, shrink, without_specks, without_stray
from mnist_core.strokes import OUTLINE, Box, Stroke, clean, gap, outline

# Parts at least this tall may be digits of their own; lower ones (a bar, a flag, a dot) look for one to belong to.
TALL = 0.5
# Two tall parts are one digit if they come this close, or if the narrower one lies this far above or below the other.
TOUCH = 0.08
OVERLAP = 0.5
# A low part farther than this from any tall one, sideways, is a digit of its own.
ASIDE = 0.12
# A row of digits has fewer parts; more are hatching, dots or noise, and one mark at most.
MOST_PARTS = 100


class Piece(NamedTuple):
    """One digit of a picture. box: where it lies, in the picture's pixels. ink: (H, W) float32 in [0, 1] inside it."""

    box: Box
    ink: np.ndarray


def split_strokes(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    """The strokes of each digit, digits from left to right, strokes in the order they were drawn; stray dots dropped.

    `bounding_box` gives a digit's place. [] without strokes. Raises DrawingError as `from_strokes` does for points
    far off the canvas.
    """
    strokes = without_stray(clean(strokes))
    return [[strokes[i] for i in group] for group in _gather([outline(stroke) for stroke in strokes])]


def split_raster(rgba: np.ndarray) -> list[Piece]:
    """The digits of a picture, from left to right; takes what `from_raster` takes, and `from_ink` reads each piece.

    Digits whose ink touches stay one piece. Raises DrawingError if nothing is drawn.
    """
    whole = ink_of(rgba)
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
    pieces = []
    for group in _gather(middles):
        mine = np.where(np.isin(parts, np.array(group) + 1), ink, 0)
        y, x = np.nonzero(mine)
        low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()]) + 1
        box = Box(*(float(v) for v in (*(low * scale), *(high * scale))))
        pieces.append(Piece(box, mine[low[1] : high[1], low[0] : high[0]]))
    return pieces


def _gather(parts: list[np.ndarray]) -> list[list[int]]:
    """Indices of the parts of each digit, digits from left to right; a part is (N, 2) points along its lines."""
    if not parts:
        return []
    if len(parts) > MOST_PARTS:
        return [list(range(len(parts)))]
    low = np.array([part.min(axis=0) for part in parts])
    high = np.array([part.max(axis=0) for part in parts])
    height = float((high - low)[:, 1].max())
    tall = (high - low)[:, 1] >= TALL * height
    shared = np.minimum(high[:, None, 0], high[None, :, 0]) - np.maximum(low[:, None, 0], low[None, :, 0])
    width = (high - low)[:, 0]
    narrower = np.maximum(np.minimum(width[:, None], width[None, :]), 1e-9)

    group = np.arange(len(parts))
    trunks = np.flatnonzero(tall)
    for place, i in enumerate(trunks):
        for j in trunks[place + 1 :]:
            if group[i] == group[j] or shared[i, j] < -TOUCH * height:
                continue
            if shared[i, j] >= OVERLAP * narrower[i, j] or gap(parts[i], parts[j]) < TOUCH * height:
                group[group == group[j]] = group[i]
    alone = []
    for i in np.flatnonzero(~tall):
        near = [(gap(parts[i], parts[j]), j) for j in trunks if shared[i, j] >= -ASIDE * height]
        if near:
            group[i] = group[min(near)[1]]
        else:
            alone.append(int(i))
    # What is left, a small digit beside large ones, is gathered by its own height.
    gathered = [[alone[i] for i in rest] for rest in _gather([parts[i] for i in alone])]
    gathered += [[int(i) for i in np.flatnonzero(group == name)] for name in np.unique(group[trunks])]
    return sorted(gathered, key=lambda digit: float(low[digit, 0].min()))
