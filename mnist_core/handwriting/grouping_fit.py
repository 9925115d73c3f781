"""Fit the weights by which the segmentation joins and parts strokes (`drawing.regrouping`) to drawings. No torch.

The drawings are those of the writers to tune on (`unipen.by_writers`), as they are, with their strokes moved apart, and
composed to numbers, and digits drawn with the habits that have several strokes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from mnist_core.drawing.gap_groups import group_by_gaps
from mnist_core.drawing.hand import by_hand
from mnist_core.drawing.preprocess import without_stray
from mnist_core.drawing.regrouping import Group, Judge, Pieces, Weights, join
from mnist_core.drawing.segmentation import pieces_of_strokes
from mnist_core.drawing.strokes import Stroke, clean
from mnist_core.errors import DrawingError
from mnist_core.habits.catalogue import HABITS
from mnist_core.handwriting.numbers import compose_numbers
from mnist_core.handwriting.unipen import PenDigit, as_canvas

_BRUSH = 12.0
"""Width of the line, in canvas pixels."""
_APART = (0.0, 0.5)
"""How far the strokes of a digit are moved apart, as a share of its height: least and most."""
_PENALTY = 0.001
"""Of the squared weights, a pair: keeps them finite where the pairs can be told apart without an error."""

Board = tuple[list[Stroke], tuple[int, ...]]
"""Strokes, and which digit of the board each belongs to."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of pieces of which it is known whether they are one digit."""

    features: NDArray[np.float64]
    """(N, 3), as `Pieces.features` returns them."""
    one_digit: NDArray[np.bool_]
    """(N,)."""


def boards(digits: Sequence[PenDigit], each: int, random: Generator) -> Iterator[Board]:
    """Yield boards to fit to: digits of several strokes, the same with gaps, numbers, and habits.

    Args:
        digits: of the writers to tune on.
        each: numbers of 2, 3 and 4 digits, and drawings of each habit.
        random: chooses all.
    """
    for digit in digits:
        if len(digit.strokes) > 1:
            strokes = as_canvas(digit, _BRUSH)
            for drawn in (strokes, _moved_apart(strokes, random)):
                yield drawn, (0,) * len(drawn)
    for length in (2, 3, 4):
        for number in compose_numbers(digits, length, each, random):
            yield number.strokes, number.owner
    for habit in HABITS:
        for _ in range(each):
            strokes = by_hand(habit.lines(random), random)
            yield strokes, (0,) * len(strokes)


def find_pairs(drawn: Iterable[Board], judge: Judge) -> tuple[Pairs, Pairs]:
    """Return the neighbours that gaps alone part, and the halves of what gaps alone hold together.

    Pairs of which a piece has strokes of two digits are left out, as are boards with stray dots.
    """
    neighbours: list[tuple[tuple[float, float, float], bool]] = []
    halves: list[tuple[tuple[float, float, float], bool]] = []
    for strokes, owner in drawn:
        kept = without_stray(clean(strokes))
        if len(kept) != len(strokes):
            continue
        groups, pieces = group_by_gaps(kept), pieces_of_strokes(kept, judge)
        near = [pair for pair in pairwise(groups) if pieces.near(*pair)]
        neighbours += _labelled(pieces, near, owner)
        halves += _labelled(pieces, [cut for group in groups for cut in pieces.cuts(group)], owner)
    return _as_pairs(neighbours), _as_pairs(halves)


def fit(pairs: Pairs) -> Weights:
    """Return the weights of a logistic regression of `one_digit` on the features, every pair counting alike.

    Raises:
        DrawingError: all pairs are one digit, or none is.
    """
    one = int(pairs.one_digit.sum())
    if not 0 < one < len(pairs.one_digit):
        raise DrawingError(
            "Weights are fitted to pairs of pieces that are one digit and pairs that are two, received "
            f"{one} of {len(pairs.one_digit)} that are one: give more digits, or more numbers and habits with --each."
        )
    inputs = np.column_stack([pairs.features, np.ones(len(pairs.features))])
    sign = np.where(pairs.one_digit, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (inputs @ weights)
        slope = inputs.T @ (-sign * expit(-margin)) / len(inputs)
        value = float(np.logaddexp(0, -margin).mean())
        return value + _PENALTY / 2 * float(weights @ weights), slope + _PENALTY * weights

    return Weights(*(float(w) for w in minimize(loss, np.zeros(4), jac=True, method="L-BFGS-B").x))


def count_errors(pairs: Pairs, weights: Weights) -> tuple[int, int]:
    """Return how many pairs that are one digit would be parted, and how many that are two would be joined."""
    joined = pairs.features @ np.array(weights[:3]) + weights.bias > 0
    return int((pairs.one_digit & ~joined).sum()), int((~pairs.one_digit & joined).sum())


def _moved_apart(strokes: list[Stroke], random: Generator) -> list[Stroke]:
    """Return the strokes from left to right, each farther to the right than it was."""
    points = np.concatenate([stroke.points for stroke in strokes])
    step = random.uniform(*_APART) * np.ptp(points[:, 1])
    order = np.argsort([stroke.points[:, 0].mean() for stroke in strokes])
    return [Stroke(strokes[i].points + np.array([place * step, 0]), strokes[i].width) for place, i in enumerate(order)]


def _labelled(
    pieces: Pieces, pairs: Sequence[tuple[Group, Group]], owner: Sequence[int]
) -> list[tuple[tuple[float, float, float], bool]]:
    """Return the features of each pair whose pieces are each of one digit, and whether both are of the same."""
    owners = [[{owner[i] for i in piece} for piece in pair] for pair in pairs]
    pure = [(pair, o) for pair, o in zip(pairs, owners, strict=True) if all(len(one) == 1 for one in o)]
    pieces.ask(group for (left, right), _ in pure for group in (left, right, join(left, right)))
    return [(pieces.features(*pair), left == right) for pair, (left, right) in pure]


def _as_pairs(labelled: list[tuple[tuple[float, float, float], bool]]) -> Pairs:
    return Pairs(
        np.array([features for features, _ in labelled]).reshape(-1, 3), np.array([one for _, one in labelled], bool)
    )
