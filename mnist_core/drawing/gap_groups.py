"""Gather strokes, or the connected parts of a picture, into digits by the gaps between them alone. NumPy only.

Distances are shares of the tallest part's height, between the middles of the lines, so that the brush does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnist_core.drawing.preprocess import MOST_PARTS
from mnist_core.drawing.regrouping import Group
from mnist_core.drawing.strokes import OUTLINE, Stroke, gap, outline

# Parts at least this tall may be digits of their own; lower ones (a bar, a flag, a dot) look for one to belong to.
TALL = 0.5
# Two tall parts are one digit if they come this close, or if the narrower one lies this far above or below the other.
TOUCH = 0.08
OVERLAP = 0.5
# Two tall parts with this much empty height between them are in two rows. (Of 7,494 digits drawn on a tablet, 4 have
# parts so far apart, low ones mostly; the two rings of an 8 can be a quarter apart.)
ROW = 1 / 3
# Of a 4 drawn in two strokes, the bar may end this far short of the stem; it is level and at the foot of its stroke,
# and the stem begins and ends this much lower than that stroke. All are shares of the 4's height.
OPEN = 0.15
LEVEL = 0.05
LOWER = 0.12
# How much of the stroke is looked at for the bar's direction: a sixteenth.
LAST = OUTLINE // 16
# A low part farther than this from any tall one, sideways, is a digit of its own.
ASIDE = 0.12


def group_by_gaps(strokes: Sequence[Stroke]) -> list[Group]:
    """Return the strokes of each digit, digits in reading order, as the gaps alone tell."""
    lines = [outline(stroke) for stroke in strokes]
    return [tuple(group) for group in _with_open_fours(lines, gather(lines))]


def _with_open_fours(lines: list[np.ndarray], groups: list[list[int]]) -> list[list[int]]:
    """Join a corner and the stem beside it to one digit, and return all groups."""
    joined: list[list[int]] = []
    for group in groups:
        if joined and len(joined[-1]) == len(group) == 1 and _is_open_four(lines[joined[-1][0]], lines[group[0]]):
            joined[-1] = sorted(joined[-1] + group)
        else:
            joined.append(group)
    return joined


def _is_open_four(corner: np.ndarray, stem: np.ndarray) -> bool:
    """Return whether the first line ends in a bar that points at the second, and the second stands lower: an open 4.

    Both are (N, 2) points in the order they were drawn. A neighbour on the same line of writing does not stand lower.
    """
    (_, top), (_, foot) = corner.min(axis=0), corner.max(axis=0)
    (_, stem_top), (_, stem_foot) = stem.min(axis=0), stem.max(axis=0)
    height = stem_foot - top
    end = corner[-1]
    right, down = end - corner[-LAST]
    beside = stem[np.abs(stem[:, 1] - end[1]).argmin()]
    return bool(
        min(stem_top - top, stem_foot - foot) > LOWER * height
        and 2 * abs(down) < right
        and foot - end[1] < LEVEL * height
        and beside[0] - end[0] < OPEN * height
    )


def gather(parts: list[np.ndarray]) -> list[list[int]]:
    """Return the indices of the parts of each digit, digits in reading order.

    A part is (N, 2) points along its lines.
    """
    if not parts:
        return []
    if len(parts) > MOST_PARTS:
        return [list(range(len(parts)))]
    low = np.array([part.min(axis=0) for part in parts])
    high = np.array([part.max(axis=0) for part in parts])
    height = float((high - low)[:, 1].max())
    tall = (high - low)[:, 1] >= TALL * height
    shared = np.minimum(high[:, None, 0], high[None, :, 0]) - np.maximum(low[:, None, 0], low[None, :, 0])
    empty = np.maximum(low[:, None, 1], low[None, :, 1]) - np.minimum(high[:, None, 1], high[None, :, 1])
    width = (high - low)[:, 0]
    narrower = np.maximum(np.minimum(width[:, None], width[None, :]), 1e-9)

    group = np.arange(len(parts))
    trunks = np.flatnonzero(tall)
    for place, i in enumerate(trunks):
        for j in trunks[place + 1 :]:
            if group[i] == group[j] or shared[i, j] < -TOUCH * height or empty[i, j] > ROW * height:
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
    gathered = [[alone[i] for i in rest] for rest in gather([parts[i] for i in alone])]
    gathered += [[int(i) for i in np.flatnonzero(group == name)] for name in np.unique(group[trunks])]
    return _in_reading_order(gathered, low, high, ROW * height)


def _in_reading_order(digits: list[list[int]], low: np.ndarray, high: np.ndarray, leading: float) -> list[list[int]]:
    """Sort digits row by row, and in each from left to right; `leading` is the empty height between two rows."""
    rows: list[list[list[int]]] = []
    foot = -np.inf
    for digit in sorted(digits, key=lambda digit: float(low[digit, 1].min())):
        if low[digit, 1].min() - foot > leading:
            rows.append([])
        rows[-1].append(digit)
        foot = max(foot, high[digit, 1].max())
    return [digit for row in rows for digit in sorted(row, key=lambda digit: float(low[digit, 0].min()))]
