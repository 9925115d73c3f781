"""Turns of a class's pages: a few at a time, the next one as soon as one is drawn, and nobody holds up the others."""

import threading

import pytest

from ui.live.class_turns import APART, AT_ONCE, Turns


@pytest.fixture
def turns():
    """A queue in which as many pages are drawn as can be at a time."""
    turns = Turns()
    assert [turns.wait(f"first {place}", 100.0) for place in range(AT_ONCE)] == [0.0] * AT_ONCE
    return turns


@pytest.fixture
def draw(turns):
    """Have a script draw a seat's page until it is told to end, by what is returned."""
    ends = []

    def draw(seat):
        begun, end = threading.Event(), threading.Event()

        def script():
            turns.begin(seat)
            begun.set()
            end.wait()

        thread = threading.Thread(target=script)
        thread.start()
        begun.wait()

        def finish():
            end.set()
            thread.join()

        ends.append(finish)
        return finish

    yield draw
    for finish in ends:
        finish()


def test_who_comes_when_as_many_pages_are_drawn_as_can_be_waits_behind_the_others(turns):
    assert [turns.wait(seat, 100.0) for seat in "abc"] == pytest.approx([APART, 2 * APART, 3 * APART])
    assert turns.wait("b", 100.1) == pytest.approx(2 * APART), "it keeps its place"
    assert turns.wait("first 0", 100.1) == 0.0, "it still is its turn"


def test_the_next_page_is_drawn_as_soon_as_one_is_finished(turns, draw):
    finish = [draw(f"first {place}") for place in range(AT_ONCE)]
    assert turns.wait("a", 150.0) > 0.0, "however long they take"
    finish[2]()
    assert turns.wait("a", 150.0) == 0.0
    assert turns.wait("b", 150.0) > 0.0


def test_a_phone_that_does_not_begin_loses_its_turn_and_one_that_has_gone_its_place(turns):
    assert turns.wait("a", 100.9) > 0.0
    assert turns.wait("a", 101.1) == 0.0
    for place in range(AT_ONCE - 1):
        turns.wait(f"second {place}", 101.1)
    turns.wait("gone", 101.1)
    turns.wait("b", 101.1)
    for place in range(AT_ONCE):
        turns.wait(f"third {place}", 103.2)
    assert turns.wait("b", 103.2) == pytest.approx(APART), "the first place is free"


def test_a_long_queue_is_asked_often_enough(turns):
    assert max(turns.wait(str(seat), 100.0) for seat in range(99)) == 1.0
