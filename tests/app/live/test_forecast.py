from dataclasses import replace

import pytest

from mnist_core.asker import TEACHER
from mnist_core.events import Finished
from mnist_core.history import History
from mnist_core.jobs.launcher import Turn
from mnist_core.runs.index import index_of
from mnist_core.runs.store import create_run
from tests.support.events import epoch, started, step
from ui.cached import run_records
from ui.live import queue
from ui.live.forecast import Forecast


@pytest.fixture
def run(tiny):
    """A run of twenty steps."""
    return create_run(tiny, "x", asker=TEACHER)


def forecast(tiny, *, overhead=0.0):
    """Two seconds a step are known, and so many of each turn that are no training."""
    ended = create_run(tiny, "x", asker=TEACHER)
    for event in (started(), step(10), replace(step(20), seconds=40.0)):
        ended.append(event)
    ended.append(Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=40.0))
    return Forecast.of([Turn(ended, 40.0 + overhead)], [], [])


def test_what_is_no_training_counts_too(tiny, run):
    assert forecast(tiny).seconds_left(run, History()) == pytest.approx(40)
    assert forecast(tiny, overhead=3.0).seconds_left(run, History()) == pytest.approx(43)
    assert forecast(tiny, overhead=-9.0).seconds_left(run, History()) == pytest.approx(40), "it went on from before"


def test_a_worker_that_is_getting_warm_counts_until_the_run_has_begun(tiny, run):
    assert forecast(tiny).seconds_left(run, History(), to_begin=3.0) == pytest.approx(43)
    assert forecast(tiny).seconds_left(run, History.of([started()]), to_begin=3.0) == pytest.approx(40)


def test_how_far_a_run_at_work_is_counts(tiny, run):
    history = History.of([started(), replace(step(2), seconds=30.0)])
    assert forecast(tiny).seconds_left(run, history) == pytest.approx(18 * 2)
    run.control.request("pause", asker=TEACHER)
    assert forecast(tiny).seconds_left(run, history) is None


def test_limits_and_slow_motion_count(tiny, run):
    run.control.request_longest(15, asker=TEACHER)
    assert forecast(tiny).seconds_left(run, History()) == 15
    assert forecast(tiny).seconds_left(run, History.of([started(), step(10)])) == 5
    run.control.request_longest(0, asker=TEACHER)
    run.control.request_steps_per_second(0.1, asker=TEACHER)
    assert forecast(tiny).seconds_left(run, History()) == pytest.approx(200)


def test_a_run_that_goes_on_does_so_from_its_last_whole_epoch(tiny):
    again = create_run(tiny, "x", asker=TEACHER)
    again.enqueue(asker=TEACHER)
    for event in (started(), step(10), epoch(1), step(15)):
        again.append(event)
    known = forecast(tiny)
    assert known.whole_seconds(index_of().look(oldest=0.0).entries[again.id]) == pytest.approx(40)
    again.snapshot.touch()
    assert known.whole_seconds(index_of().look(oldest=0.0).entries[again.id]) == pytest.approx(20)


def test_nobody_knows_when_a_run_begins_that_holds_with_its_class(tiny):
    first, second = (run_records.jobs().start(tiny, "x", asker=TEACHER) for _ in range(2))
    first.control.request("pause", asker=TEACHER)
    index_of().expire()
    assert queue.look().waiting == {first.id: None, second.id: 0.0}
