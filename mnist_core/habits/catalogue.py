"""The habits by name, and digits drawn with them as the canvas draws. NumPy only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_core.drawing.hand import by_hand
from mnist_core.drawing.lines import Lines
from mnist_core.drawing.preprocess import from_strokes
from mnist_core.habits import five_to_nine as high
from mnist_core.habits import zero_to_four as low


@dataclass(frozen=True, slots=True)
class Habit:
    """A way in which many people write a digit, and which MNIST's writers hardly had."""

    digit: int
    lines: Callable[[Generator], Lines]
    """Draws the digit anew each time."""

    @property
    def name(self) -> str:
        """In words: "slashed zero"."""
        return self.lines.__name__.replace("_", " ")


HABITS: tuple[Habit, ...] = tuple(
    Habit(digit, lines)
    for digit, ways in enumerate(
        (
            (
                low.slashed_zero,
                low.backslashed_zero,
                low.barred_zero,
                low.level_zero,
                low.ticked_zero,
                low.looped_slashed_zero,
                low.dotted_zero,
                low.open_zero,
            ),
            (low.flagged_one, low.flagged_one_with_base, low.one_with_base, low.retraced_one),
            (low.two_like_z,),
            (low.narrow_three, low.flat_three),
            (low.four_apart, low.open_four, low.closed_four, low.lightning_four),
            (high.five_bar_apart, high.five_like_s),
            (high.six_like_b, high.six_filled),
            (high.crossed_seven, high.curled_seven, high.ticked_seven),
            (high.eight_open, high.eight_of_rings),
            (high.hooked_nine, high.nine_like_g, high.nine_filled, high.straight_nine),
        )
    )
    for lines in ways
)
"""All habits, in the order of their digits."""


def draw(habit: Habit, random: Generator) -> NDArray[np.float32]:
    """Return the digit, (28, 28) in [0, 1], written with this habit on the canvas by some hand."""
    return from_strokes(by_hand(habit.lines(random), random))
