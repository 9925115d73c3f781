"""Decide by what a network makes of the pieces whether neighbours are one digit, or one group is two. NumPy only.

Gaps alone do not tell: a 4 whose bar stands apart has wider ones than a 1 beside a 1. So every doubtful pair is looked
at apart and together. The network is the caller's (`Judge`), as is the grouping to begin with (`segmentation`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DrawingError

Judge = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""Takes images (N, 28, 28) in [0, 1]; returns the log-odds, (N,), that each is a digit."""
Group = tuple[int, ...]
"""Indices of the strokes, or of a picture's parts, of one digit, ascending."""


class Weights(NamedTuple):
    """Of a logistic regression: what makes two pieces one digit, in log-odds."""

    together: float
    """Of the log probability that both together are a digit."""
    apart: float
    """Of the log probability that the less likely one alone is a digit."""
    gap: float
    """Of the gap between them, as a share of their height; it is negative where they overlap."""
    bias: float


# Fitted to drawings and numbers by the writers that are tuned on (`handwriting.unipen`), and to habits: for neighbours
# that gaps alone keep apart (`python -m mnist_core grouping`), and for the parts of a group that they hold together.
NEIGHBOURS = Weights(together=1.39, apart=-2.8, gap=-0.38, bias=-0.07)
PARTS = Weights(together=1.7, apart=-2.7, gap=-20.0, bias=-0.4)
# Wider gaps, as a share of the pieces' height, are between two digits.
FARTHEST = 0.6
# Both pieces of a group that is split are at least this tall, as a share of its height.
TALL = 0.5
# Hatching and scribbles are not taken to pieces.
MOST_STROKES = 12
LEAST = -12.0
"""Log probability of a digit below which all pieces are alike."""


class Pieces:
    """The strokes on a board or the parts of a picture, and what the judge says of sets of them.

    Nothing is asked twice.
    """

    def __init__(
        self, lines: Sequence[NDArray[np.float64]], prepare: Callable[[Group], NDArray[np.float32]], judge: Judge
    ) -> None:
        """Take the pieces.

        Args:
            lines: of each piece, points (N, 2) along its lines.
            prepare: returns the image of some pieces as the network sees it; raises DrawingError where they are too
                small to be a digit.
            judge: the network.
        """
        self._prepare, self._judge = prepare, judge
        self._low = np.array([points.min(axis=0) for points in lines])
        self._high = np.array([points.max(axis=0) for points in lines])
        self._known: dict[Group, float] = {}

    def box(self, group: Group) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the corners, (x, y) each, of the box around a group."""
        return self._low[list(group)].min(axis=0), self._high[list(group)].max(axis=0)

    def ask(self, groups: Iterable[Group]) -> None:
        """Ask the judge about all these groups at once. What is too small to be a digit is none."""
        asked, images = [], []
        for group in dict.fromkeys(groups):
            if group in self._known:
                continue
            try:
                images.append(self._prepare(group))
                asked.append(group)
            except DrawingError:
                self._known[group] = -np.inf
        if asked:
            self._known.update(zip(asked, self._judge(np.stack(images)).tolist(), strict=True))

    def features(self, left: Group, right: Group) -> tuple[float, float, float]:
        """Return log probabilities that both together are a digit, and that the less likely one alone is, and the gap.

        The gap is negative where the pieces overlap. It is a share of the height of both together.
        """
        whole = join(left, right)
        (low, high), (_, left_high), (right_low, _) = self.box(whole), self.box(left), self.box(right)
        gap = (right_low[0] - left_high[0]) / max(high[1] - low[1], 1e-9)
        apart = min(_log_probability(self._known[left]), _log_probability(self._known[right]))
        return _log_probability(self._known[whole]), apart, float(gap)

    def log_odds(self, left: Group, right: Group, weights: Weights) -> float:
        """Return the log-odds that two pieces that have been asked about are one digit."""
        together, apart, gap = self.features(left, right)
        return weights.together * together + weights.apart * apart + weights.gap * gap + weights.bias

    def near(self, left: Group, right: Group) -> bool:
        """Return whether two neighbours may be one digit: side by side, and not too far apart."""
        (low, high), (other_low, other_high) = self.box(left), self.box(right)
        height = max(high[1], other_high[1]) - min(low[1], other_low[1])
        level = min(high[1], other_high[1]) - max(low[1], other_low[1])
        return bool(level > 0 and other_low[0] - high[0] < FARTHEST * height)

    def cuts(self, group: Group) -> list[tuple[Group, Group]]:
        """Return the ways to part a group into what lies left and right, both tall enough to be digits."""
        if not 2 <= len(group) <= MOST_STROKES:
            return []
        middle = self._low[:, 0] + self._high[:, 0]
        order = sorted(group, key=lambda i: float(middle[i]))
        low, high = self.box(group)
        parts = [(tuple(sorted(order[:i])), tuple(sorted(order[i:]))) for i in range(1, len(order))]
        return [pair for pair in parts if all(self._is_tall(part, TALL * (high[1] - low[1])) for part in pair)]

    def _is_tall(self, group: Group, height: float) -> bool:
        low, high = self.box(group)
        return bool(high[1] - low[1] >= height)


def join(left: Group, right: Group) -> Group:
    """Return both groups as one."""
    return tuple(sorted(left + right))


def regroup(pieces: Pieces, groups: Sequence[Group]) -> list[Group]:
    """Return the groups, in reading order as they come, some of them split or joined as the judge says."""
    found = [part for group in groups for part in _split(pieces, group)]
    while pairs := [place for place, (a, b) in enumerate(pairwise(found)) if pieces.near(a, b)]:
        pieces.ask(group for i in pairs for group in (found[i], found[i + 1], join(found[i], found[i + 1])))
        odds = {i: pieces.log_odds(found[i], found[i + 1], NEIGHBOURS) for i in pairs}
        best = max(pairs, key=lambda i: odds[i])
        if odds[best] <= 0:
            break
        found[best : best + 2] = [join(found[best], found[best + 1])]
    return found


def _split(pieces: Pieces, group: Group) -> list[Group]:
    cuts = pieces.cuts(group)
    if not cuts:
        return [group]
    pieces.ask(piece for left, right in cuts for piece in (left, right, group))
    odds = [pieces.log_odds(left, right, PARTS) for left, right in cuts]
    least = int(np.argmin(odds))
    if odds[least] >= 0:
        return [group]
    return [part for piece in cuts[least] for part in _split(pieces, piece)]


def _log_probability(log_odds: float) -> float:
    """Return log(p) of p/(1 - p) = exp(log_odds), at least LEAST."""
    return max(-float(np.logaddexp(0.0, -log_odds)), LEAST)
