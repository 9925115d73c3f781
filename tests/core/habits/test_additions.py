"""Habits added to drawn digits: what is added is there, what was drawn stays."""

from __future__ import annotations

import numpy as np
import pytest

from mnist_core.habits.additions import add_habit, cross_seven, part_five, part_four, slash_zero
from tests.support.strokes import DIGITS


def lines_of(digit, size=100.0):
    return [np.array(stroke) * size for stroke in DIGITS[digit]]


@pytest.mark.parametrize(("add", "digit"), [(slash_zero, 0), (cross_seven, 7)])
def test_a_line_is_added_that_meets_the_digit_and_the_digit_stays(add, digit):
    for seed in range(20):
        *kept, added = add(lines_of(digit), np.random.default_rng(seed))
        assert all(np.array_equal(mine, drawn) for mine, drawn in zip(kept, lines_of(digit), strict=True))
        points = np.concatenate(kept)
        low, high = points.min(axis=0), points.max(axis=0)
        assert (low <= added.mean(axis=0)).all()
        assert (added.mean(axis=0) <= high).all()


def test_the_strokes_of_a_four_are_moved_apart_sideways():
    for seed in range(20):
        corner, stem = part_four(lines_of(4), np.random.default_rng(seed))
        drawn = lines_of(4)
        assert np.array_equal(corner, drawn[0])
        moved = stem - drawn[1]
        np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape))
        assert moved[0, 1] == pytest.approx(0)
        end = corner[corner[:, 0].argmax()]
        beside = np.interp(end[1], stem[:, 1], stem[:, 0])
        assert 0.02 * 65 < beside - end[0] < 0.32 * 65


def test_the_bar_of_a_five_is_moved_up():
    body, bar = part_five(lines_of(5), np.random.default_rng(1))
    assert np.array_equal(body, lines_of(5)[0])
    assert (bar[:, 1] <= lines_of(5)[1][:, 1]).all()
    assert not np.array_equal(bar, lines_of(5)[1])


def test_digits_without_such_a_habit_stay_as_they_are():
    for digit in (1, 2, 3, 6, 8, 9):
        assert all(
            np.array_equal(mine, drawn)
            for mine, drawn in zip(
                add_habit(digit, lines_of(digit), np.random.default_rng(0)), lines_of(digit), strict=True
            )
        )
    two = [np.array([(0.0, 0.0), (9.0, 0.0)]), np.array([(9.0, 0.0), (2.0, 20.0)])]
    assert len(add_habit(7, two, np.random.default_rng(0))) == 2, "it may be crossed already"
