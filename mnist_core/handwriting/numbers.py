"""Numbers of several digits, composed of drawings by one writer with the spacing that hands leave. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from mnist_core.drawing.strokes import Stroke
from mnist_core.handwriting.unipen import PenDigit

BRUSH = 12.0
"""Width of the line, in canvas pixels."""
HEIGHT = 130.0
"""Of a digit, in canvas pixels."""
GAP, SPREAD, LEAST = 0.28, 0.15, -0.05
"""Empty width between two digits, as a share of their height: mean, standard deviation and least; below 0 they overlap.

Handwritten ZIP codes and amounts have from none to half a height (Fujisawa, Nakano and Kurino, Segmentation methods for
character recognition, Proceedings of the IEEE 80, 1992)."""


@dataclass(frozen=True, eq=False)
class Number:
    """A number on a board."""

    labels: tuple[int, ...]
    strokes: list[Stroke]
    """In the order they were drawn."""
    owner: tuple[int, ...]
    """The place of the digit that each stroke belongs to."""


def compose(digits: Sequence[PenDigit], length: int, random: Generator) -> Number:
    """Return a number of `length` digits, each a random one of `digits`, which are drawings by one writer."""
    chosen = [digits[i] for i in random.integers(0, len(digits), length)]
    strokes, owner, right = [], [], 0.0
    for place, digit in enumerate(chosen):
        lines = digit.lines()
        low, high = np.concatenate(lines).min(axis=0), np.concatenate(lines).max(axis=0)
        scale = HEIGHT * random.uniform(0.85, 1.1) / max((high - low).max(), 1.0)
        gap = max(random.normal(GAP, SPREAD), LEAST) * HEIGHT if place else 0.0
        corner = np.array([right + gap, random.normal(0, 0.05) * HEIGHT + HEIGHT - scale * (high - low)[1]])
        for points in lines:
            strokes.append(Stroke((points - low) * scale + corner, BRUSH))
            owner.append(place)
        right = corner[0] + scale * (high - low)[0]
    return Number(tuple(digit.label for digit in chosen), strokes, tuple(owner))


def compose_numbers(digits: Sequence[PenDigit], length: int, count: int, random: Generator) -> list[Number]:
    """Return `count` numbers of `length` digits, the writers of `digits` in turn."""
    writers = sorted({digit.writer for digit in digits})
    by_writer = [[digit for digit in digits if digit.writer == writer] for writer in writers]
    return [compose(by_writer[i % len(writers)], length, random) for i in range(count)]
