from dataclasses import replace

import pytest

from mnist_core.history import History
from mnist_core.jobs.wait_estimate import Pace, expected_seconds, expected_starts, measured_paces, pace_of
from mnist_core.presets import preset
from tests.support.events import started, step
from tests.support.machine import measured


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


SECOND_A_STEP = History.of([started(), step(10)])


def test_the_pace_of_another_run_tells_how_long_one_will_take(tiny):
    assert expected_seconds(tiny, 20, []) is None
    assert expected_seconds(tiny, 20, [pace_of(tiny, History())]) is None, "it has none yet"
    known = [pace_of(tiny, SECOND_A_STEP)]
    assert expected_seconds(tiny, 20, known) == pytest.approx(20)
    assert expected_seconds(tiny.replace(batch_size=3 * tiny.batch_size), 20, known) == pytest.approx(60)
    assert expected_seconds(tiny.replace(filters=(8,)), 20, known) == pytest.approx(40)


def test_the_network_of_the_nearest_size_tells_and_the_longer_training_tells_more(tiny):
    large = tiny.replace(filters=(64,))
    ten_times_as_slow = replace(pace_of(large, SECOND_A_STEP), seconds=100.0)
    known = [pace_of(tiny, SECOND_A_STEP), ten_times_as_slow]
    assert expected_seconds(tiny, 20, known) == pytest.approx(20)
    assert expected_seconds(large, 20, known) == pytest.approx(200)
    just_begun = Pace(multiply_adds=known[0].multiply_adds, images=tiny.batch_size, seconds=5.0)
    assert expected_seconds(tiny, 20, [*known, just_begun]) == pytest.approx(20 * 15 / 11)


def test_the_measurement_of_the_machine_tells_until_a_run_does():
    fast = preset("fast")
    timings = measured({(1, "float32"): (0.1, 0.4), (2, "float32"): (0.3, 0.2)})
    assert measured_paces(None) == []
    paces = measured_paces(timings)
    assert expected_seconds(fast, 10, paces) == pytest.approx(2), "beside other work, the fastest way"
    first_step = replace(pace_of(fast, SECOND_A_STEP), images=fast.batch_size, seconds=2.0)
    assert expected_seconds(fast, 10, [*paces, first_step]) < 4
