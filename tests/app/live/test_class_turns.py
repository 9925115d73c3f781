"""Turns of a class's pages: one after the other, whoever asks again keeps its turn, and none waits where few are."""

import pytest

from ui.live.class_turns import APART, Turns


def test_pages_are_drawn_one_after_the_other_and_who_asks_again_keeps_its_turn():
    turns = Turns()
    assert [turns.wait(seat, "brought", 100.0) for seat in "abc"] == pytest.approx([0.0, APART, 2 * APART])
    assert turns.wait("c", "brought", 100.0 + APART) == pytest.approx(APART)
    assert turns.wait("c", "brought", 200.0) == 0.0, "its turn has passed"


def test_another_stage_is_another_turn_and_one_who_comes_later_waits_for_nobody():
    turns = Turns()
    for seat in "abc":
        turns.wait(seat, "brought", 100.0)
    assert turns.wait("a", "told", 100.0) == pytest.approx(3 * APART)
    assert turns.wait("b", "told", 110.0) == 0.0


def test_no_more_seats_are_remembered_than_a_class_has():
    turns = Turns()
    for seat in range(1_000):
        turns.wait(str(seat), "brought", 100.0)
    assert len(turns._turns) == 200
