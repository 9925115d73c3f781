"""Every habit is a digit on the canvas, never twice the same, and what its name says can be seen in its lines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mnist_core.drawing.hand import by_hand
from mnist_core.habits import five_to_nine as high
from mnist_core.habits import zero_to_four as low
from mnist_core.habits.catalogue import HABITS, draw

EACH = 30


def drawn(lines):
    random = np.random.default_rng(4)
    return [lines(random) for _ in range(EACH)]


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_a_habit_is_drawn_as_the_canvas_draws_and_never_twice_alike(habit):
    random = np.random.default_rng(0)
    images = [draw(habit, random) for _ in range(6)]
    assert len({image.tobytes() for image in images}) == 6
    for image in images:
        assert image.shape == (28, 28)
        rows, columns = np.nonzero(image)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
    again = np.random.default_rng(0)
    assert all(np.array_equal(image, draw(habit, again)) for image in images)


def test_every_digit_has_a_habit_and_no_two_habits_share_a_name():
    assert [habit.digit for habit in HABITS] == sorted(habit.digit for habit in HABITS)
    assert {habit.digit for habit in HABITS} == set(range(10))
    assert len({habit.name for habit in HABITS}) == len(HABITS) == 32


def test_every_habit_says_what_it_is_and_who_writes_so():
    for habit in HABITS:
        said = habit.lines.__doc__
        assert said.startswith(f"Return a{'n' if habit.digit == 8 else ''} {habit.digit} "), habit.name
        assert ": " in said


@pytest.mark.parametrize(
    ("lines", "least", "most"),
    [(low.slashed_zero, 20, 75), (low.barred_zero, 78, 102), (low.backslashed_zero, 105, 160)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_the_line_through_a_zero_has_the_angle_of_its_name_and_crosses_the_middle(lines, least, most):
    for ring, bar in drawn(lines):
        (x, y), (right, low_y) = bar[0], bar[-1]
        degrees = np.degrees(np.arctan2(y - low_y, right - x)) % 180
        assert least - 1e-6 <= degrees <= most + 1e-6
        assert np.hypot(*(bar.mean(axis=0) - ring.mean(axis=0))) < 0.35
    assert any(np.ptp(bar[:, 1]) > np.ptp(ring[:, 1]) for ring, bar in drawn(lines)), "some reach out of the ring"


def test_the_strokes_of_an_open_four_do_not_touch_and_those_of_a_closed_one_do():
    def nearest(one, other):
        dense = [np.concatenate([np.linspace(a, b, 30) for a, b in pairwise(line)]) for line in (one, other)]
        return np.sqrt(((dense[0][:, None] - dense[1][None]) ** 2).sum(2)).min()

    assert min(nearest(*lines) for lines in drawn(low.four_apart)) > 0.01
    assert max(nearest(*lines) for lines in drawn(low.closed_four) if len(lines) == 2) < 0.05


def test_the_bar_of_a_five_stands_above_its_body_and_a_five_like_s_has_no_corner():
    for body, bar in drawn(high.five_bar_apart):
        assert bar[:, 1].min() < 0.2 * np.ptp(body[:, 1])
    for (line,) in drawn(high.five_like_s):
        steps = np.diff(line, axis=0)
        turn = np.abs(np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))))
        assert turn.max() < 1.2


def test_a_flagged_one_begins_left_of_its_peak_and_lower():
    for (line,) in drawn(low.flagged_one):
        peak = line[line[:, 1].argmin()]
        assert line[0, 0] < peak[0]
        assert line[0, 1] > peak[1]
        assert line[-1, 1] == line[:, 1].max()


def test_the_narrowest_three_is_nearly_a_line():
    widths = [np.ptp(line[:, 0]) / np.ptp(line[:, 1]) for (line,) in drawn(low.narrow_three)]
    assert min(widths) < 0.15
    assert max(widths) < 0.45


def test_strokes_stay_strokes():
    for habit in HABITS:
        random = np.random.default_rng(2)
        lines = habit.lines(random)
        assert len(by_hand(lines, random)) == len(lines)
        assert all(line.ndim == 2 and line.shape[1] == 2 and np.isfinite(line).all() for line in lines)
