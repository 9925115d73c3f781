import pytest

from mnist_core.history import History
from mnist_core.jobs.wait_estimate import expected_seconds, expected_starts
from tests.support.events import started, step


@pytest.mark.parametrize(
    ("places", "left", "lengths", "starts"),
    [
        (1, [40.0], [10.0, 20.0, 5.0], [40.0, 50.0, 70.0]),
        (2, [40.0, 5.0], [10.0, 100.0, 5.0], [5.0, 15.0, 40.0]),
        (2, [40.0], [10.0, 1.0], [0.0, 10.0]),  # a place is free
        (1, [None], [10.0, 20.0], [None, None]),  # paused: nobody knows
        (1, [3.0], [None, 20.0], [3.0, None]),
        (2, [None, 3.0], [4.0, 1.0], [3.0, 7.0]),
    ],
)
def test_the_first_place_to_be_free_goes_to_the_first_in_the_queue(places, left, lengths, starts):
    assert expected_starts(places, [("", s) for s in left], [("", s) for s in lengths]) == starts


@pytest.mark.parametrize(
    ("working", "waiting", "starts"),
    [
        ([("me", 40.0)], [("me", 10.0), ("me", 5.0)], [40.0, 50.0]),  # a place is free, but not for this visitor
        ([("me", 40.0)], [("me", 10.0), ("you", 5.0)], [40.0, 0.0]),  # so it goes to the next one
        ([("me", 40.0), ("you", 10.0)], [("me", 7.0), ("you", 3.0), ("", 2.0)], [40.0, 10.0, 13.0]),
        ([("me", None)], [("me", 10.0), ("you", 5.0)], [None, 0.0]),  # paused: nobody knows
        ([], [("me", None), ("me", 5.0), ("you", 5.0)], [0.0, None, 0.0]),
        ([("", 40.0)], [("", 10.0), ("", 5.0)], [0.0, 10.0]),  # without a visitor there is no such rule
    ],
)
def test_a_visitors_run_begins_no_earlier_than_the_one_before_it_ends(working, waiting, starts):
    assert expected_starts(2, working, waiting) == starts


def test_the_pace_of_another_run_tells_how_long_one_will_take(tiny):
    assert expected_seconds(tiny, History(), tiny) is None
    known = History.of([started(), step(10)])  # one second a step
    assert expected_seconds(tiny, known, tiny) == pytest.approx(20)  # two epochs of ten steps
    assert expected_seconds(tiny.replace(epochs=4, train_size=250), known, tiny) == pytest.approx(20)
    assert expected_seconds(tiny.replace(filters=(8,)), known, tiny) == pytest.approx(40)


def test_a_limit_in_seconds_is_the_longest_that_a_run_can_take(tiny):
    known = History.of([started(), step(10)])
    assert expected_seconds(tiny.replace(max_seconds=7), known, tiny) == 7
    assert expected_seconds(tiny.replace(max_seconds=70), known, tiny) == pytest.approx(20)
