"""Numbers composed of one writer's drawings."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mnist_core.handwriting.numbers import HEIGHT, compose, compose_numbers
from mnist_core.handwriting.unipen import TABLET, PenDigit
from tests.support.strokes import DIGITS


def pens(writer=1):
    return [
        PenDigit(label, writer, tuple((np.array(s) * (1, -1) + (0, 1)) * TABLET for s in strokes))
        for label, strokes in DIGITS.items()
    ]


def test_digits_stand_side_by_side_in_order_with_all_their_strokes():
    for seed in range(10):
        number = compose(pens(), 5, np.random.default_rng(seed))
        assert len(number.labels) == 5
        assert list(number.owner) == sorted(number.owner)
        counts = [number.owner.count(place) for place in range(5)]
        assert counts == [len(DIGITS[label]) for label in number.labels]
        boxes = []
        for place in range(5):
            points = np.concatenate([s.points for s, o in zip(number.strokes, number.owner, strict=True) if o == place])
            boxes.append((points.min(axis=0), points.max(axis=0)))
        gaps = [right[0][0] - left[1][0] for left, right in pairwise(boxes)]
        assert min(gaps) >= -0.05 * HEIGHT - 1e-6
        assert all(0.84 * HEIGHT < np.max(high - low) < 1.11 * HEIGHT for low, high in boxes)


def test_a_number_is_one_writers_and_all_writers_have_their_turn():
    digits = [*pens(1)[:1], *pens(2)[1:2]]
    found = compose_numbers(digits, 3, 4, np.random.default_rng(0))
    assert [number.labels for number in found] == [(0, 0, 0), (1, 1, 1)] * 2
