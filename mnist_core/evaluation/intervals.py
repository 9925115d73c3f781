"""Intervals of measured shares and of differences between two, and tests of them. No torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many of `count` images are read right; `count` is positive."""

    correct: int
    count: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.correct / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share (Wilson)."""
        return wilson(self.correct, self.count)


def wilson(correct: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, 1927): unlike the normal one it is right near 0 and 1.

    Raises:
        ValueError: `count` is not positive or `correct` is not within 0..count.
    """
    if not 0 <= correct <= count or count == 0:
        raise ValueError(f"expected 0 <= correct <= count and count > 0, received {correct} of {count}")
    z = 1.959964
    share = correct / count
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def difference(first: Accuracy, second: Accuracy) -> tuple[float, float]:
    """Return the 95 % interval of `first.share - second.share`, measured on different images.

    Newcombe's hybrid of both Wilson intervals (Statistics in Medicine 17, 1998, method 10). It can leave out zero
    although the two intervals overlap: seldom are both shares at their far ends.
    """
    apart = first.share - second.share
    (low, high), (second_low, second_high) = first.interval, second.interval
    return (
        apart - math.hypot(first.share - low, second_high - second.share),
        apart + math.hypot(high - first.share, second.share - second_low),
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the probability of so uneven a split, or a more uneven one, if two models were equally good.

    The exact two-sided test of McNemar (1947) on the images that exactly one of the two models reads right: each is as
    likely to be the first's as the second's if the models are equally good. 1.0 where there is none.

    Args:
        only_first: images that only the first model reads right.
        only_second: images that only the second reads right.

    Raises:
        ValueError: a negative count.
    """
    if only_first < 0 or only_second < 0:
        raise ValueError(f"expected counts of 0 or more, received {only_first} and {only_second}")
    from scipy.stats import binomtest  # half a second to import

    count = only_first + only_second
    return float(binomtest(only_first, count).pvalue) if count else 1.0


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean of some measurements and the half width of its 95 % interval (Student's t, 1908).

    Raises:
        ValueError: fewer than two values: one alone says nothing of how much they vary.
    """
    if len(values) < 2:
        raise ValueError(f"expected at least two values, received {len(values)}")
    from scipy.special import stdtrit  # a tenth of a second to import

    return mean(values), float(stdtrit(len(values) - 1, 0.975)) * stdev(values) / math.sqrt(len(values))
