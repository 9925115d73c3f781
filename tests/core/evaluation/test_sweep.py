import threading

from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.robustness import POINTS, Point
from mnist_core.evaluation.sweep import Sweep
from tests.support.waiting import wait_for

ALL = [Point(name, amount, Accuracy(1, 2)) for name, corruption in CORRUPTIONS.items() for amount in corruption.amounts]


def slowly(gate, asked):
    """Yields every point, one a release of the gate."""
    for point in ALL:
        asked.append(point)
        gate.acquire()
        yield point


def test_a_look_measures_everything_and_then_rests():
    sweep = Sweep(iter(ALL))
    wait_for(lambda: sweep.look().finished)
    seen = sweep.look()
    assert seen.points == tuple(ALL)
    assert (seen.share, seen.seconds_left, seen.failed) == (1, None, False)
    assert not sweep.working


def test_what_is_measured_so_far_can_be_seen_with_the_time_left():
    gate, asked = threading.Semaphore(3), []
    sweep = Sweep(slowly(gate, asked), patience=1000)
    assert sweep.look().seconds_left is None
    wait_for(lambda: len(sweep.look().points) == 3)
    seen = sweep.look()
    assert seen.points == tuple(ALL[:3])
    assert seen.share == 3 / POINTS
    assert seen.seconds_left > 0
    assert not seen.finished
    gate.release(POINTS)
    wait_for(lambda: sweep.look().finished)


def test_without_a_look_it_pauses_and_with_one_it_goes_on_where_it_was():
    gate, asked = threading.Semaphore(0), []
    sweep = Sweep(slowly(gate, asked), patience=0)
    sweep.look()
    gate.release(1)
    wait_for(lambda: not sweep.working)
    assert asked == ALL[:1]
    gate.release(POINTS)
    wait_for(lambda: sweep.look().finished)
    assert sweep.look().points == tuple(ALL)
    assert asked == ALL


def test_two_looks_at_once_start_one_thread():
    gate, asked = threading.Semaphore(0), []
    sweep = Sweep(slowly(gate, asked), patience=1000)
    for _ in range(5):
        sweep.look()
    assert sum(thread.name == "digit-lab-sweep" for thread in threading.enumerate()) == 1
    gate.release(POINTS)
    wait_for(lambda: sweep.look().finished)
    assert sweep.look().points == tuple(ALL)


def test_of_all_sweeps_one_measures_at_a_time():
    gate, first, second = threading.Semaphore(0), [], []
    sweeps = [Sweep(slowly(gate, asked), patience=1000) for asked in (first, second)]
    for sweep in sweeps:
        sweep.look()
    wait_for(lambda: first or second)
    assert len(first) + len(second) == 1
    gate.release(2 * POINTS)
    wait_for(lambda: all([sweep.look().finished for sweep in sweeps]))  # noqa: C419 each is to be looked at


def test_a_failure_is_kept_and_ends_the_work():
    def failing():
        yield ALL[0]
        raise RuntimeError("out of memory")

    sweep = Sweep(failing())
    wait_for(lambda: sweep.look().failed)
    seen = sweep.look()
    assert (seen.points, seen.finished) == ((ALL[0],), False)
    assert not sweep.working
