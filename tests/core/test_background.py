"""Tasks of plain numbers: what is asked when, and what is kept of it."""

import threading
from dataclasses import dataclass
from itertools import count

import pytest

from mnist_core import background
from mnist_core.asker import TEACHER
from mnist_core.background import BackgroundTask, Turns, first_come
from mnist_core.errors import CheckpointError
from tests.support.waiting import wait_for


@dataclass(frozen=True)
class Found:
    share: float = 0.0


@pytest.fixture
def turns():
    return Turns()


@pytest.fixture
def clock(monkeypatch):
    """A clock that only the test moves."""
    clock = type("Clock", (), {"now": 100.0, "monotonic": lambda self: self.now})()
    monkeypatch.setattr(background, "time", clock)
    return clock


class Source:
    """Four results, one a release of the gate; notes what is asked of it, and where it is closed."""

    def __init__(self, name="", asked=None, released=0):
        self.gate = threading.Semaphore(released)
        self.name, self.asked = name, [] if asked is None else asked
        self.closed = 0

    def __call__(self):
        try:
            for number in range(1, 5):
                self.asked.append(f"{self.name}{number}")
                self.gate.acquire()
                yield Found(number / 4)
        finally:
            self.closed += 1


def task(source, turns, **options):
    return BackgroundTask(source, Found(), turns, **options)


def end(one):
    """Look until nothing more comes, and return what is there then."""
    wait_for(lambda: one.look().ended)
    return one.look()


def at(one, share):
    wait_for(lambda: one.look().result.share == share)


def test_nothing_is_done_before_a_look_and_a_look_does_everything(turns):
    source = Source(released=4)
    one = task(source, turns)
    assert (source.asked, one.working) == ([], False)
    seen = end(one)
    assert (seen.result, seen.finished, seen.failed, seen.seconds_left) == (Found(1.0), True, None, None)
    wait_for(lambda: not one.working)
    assert source.asked == ["1", "2", "3", "4"]


def test_what_is_found_so_far_can_be_seen(turns):
    source = Source(released=2)
    one = task(source, turns)
    at(one, 0.5)
    assert not one.look().ended
    source.gate.release(2)
    assert end(one).finished


def test_without_a_look_it_pauses_and_with_one_it_goes_on_where_it_was(turns, clock):
    source = Source()
    one = task(source, turns, patience=3)
    one.look()
    wait_for(lambda: source.asked)
    clock.now += 3.1
    source.gate.release(4)
    wait_for(lambda: not one.working)
    assert (source.asked, source.closed) == (["1"], 0)
    assert end(one).finished
    assert source.asked == ["1", "2", "3", "4"]


def test_without_a_look_a_task_that_is_not_resumable_ends(turns, clock):
    source = Source()
    one = task(source, turns, patience=3, resumable=False)
    one.look()
    wait_for(lambda: source.asked)
    clock.now += 3.1
    source.gate.release(5)
    wait_for(lambda: source.closed)
    assert one.look().failed == "It was stopped: nobody looked at it any more."
    assert source.asked == ["1"]
    one.retry()
    assert end(one).finished


def test_many_looks_start_one_thread(turns):
    source = Source()
    one = task(source, turns)
    for _ in range(5):
        one.look()
    assert sum(thread.name == "digit-lab-background" for thread in threading.enumerate()) == 1
    source.gate.release(4)
    assert end(one).finished


def test_a_cancelled_task_is_closed_whether_it_works_or_waits_or_pauses(turns, clock):
    working, waiting, paused = Source("w"), Source("q"), Source("p")
    tasks = [task(source, turns, patience=3) for source in (paused, working, waiting)]
    tasks[0].look()
    wait_for(lambda: paused.asked)
    clock.now += 3.1
    paused.gate.release(1)
    wait_for(lambda: not tasks[0].working)
    tasks[1].look()
    wait_for(lambda: working.asked)
    tasks[2].look()
    for one in tasks:
        one.cancel(asker=TEACHER)
    working.gate.release(1)
    wait_for(lambda: paused.closed and working.closed and not tasks[2].working)
    assert waiting.asked == []
    for one in tasks:
        one.retry()  # for good is for good
        assert one.look().failed == "It was stopped before its end."
        assert not one.working


def test_a_foreseen_failure_is_its_own_sentence_and_a_retry_begins_anew(turns):
    attempts = count(1)

    def failing_once():
        yield Found(0.5)
        if next(attempts) == 1:
            raise CheckpointError("the weights do not fit")
        yield Found(1.0)

    one = task(failing_once, turns)
    seen = end(one)
    assert (seen.result, seen.finished, seen.failed) == (Found(0.5), False, "the weights do not fit.")
    assert end(one).failed, "it is kept for the next who looks"
    one.retry()
    assert end(one).finished


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ZeroDivisionError("division by zero"), "broke off unexpectedly (ZeroDivisionError: division by zero)"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "The machine's memory is full"),
        (MemoryError(), "The machine's memory is full"),
    ],
)
def test_every_failure_is_a_sentence(turns, error, sentence):
    def failing():
        raise error
        yield

    assert sentence in end(task(failing, turns)).failed


def test_one_that_fails_lets_the_others_go_on(turns):
    def failing():
        raise RuntimeError("first")
        yield

    source = Source(released=4)
    failed, other = task(failing, turns), task(source, turns)
    for one in (failed, other):
        one.look()
    assert end(failed).failed
    assert end(other).finished


def test_an_iterator_that_cannot_be_closed_holds_nothing_up(turns):
    def stubborn():
        try:
            yield Found(0.5)
            gate.acquire()
            yield Found(0.75)
        finally:
            raise RuntimeError("no")

    gate = threading.Semaphore(0)
    one, source = task(stubborn, turns), Source(released=4)
    at(one, 0.5)
    one.cancel(asker=TEACHER)
    gate.release()
    assert end(task(source, turns)).finished


def test_the_shortest_goes_first_and_of_equal_ones_the_newest(turns):
    asked = []
    long, short, newest = (Source(name, asked) for name in "LSN")
    tasks = [task(long, turns, work=1000), task(short, turns, work=10), task(newest, turns, work=10)]
    tasks[0].look()
    wait_for(lambda: asked)
    for one in tasks:
        one.look()
    for source in (long, short, newest):
        source.gate.release(4)
    for one in tasks:
        end(one)
    assert asked == ["L1", *(f"N{n}" for n in range(1, 5)), *(f"S{n}" for n in range(1, 5)), "L2", "L3", "L4"]


def test_first_come_first_served_begins_no_second_before_the_first_has_ended():
    turns, asked = Turns(first_come), []
    first, second = Source("1st-", asked), Source("2nd-", asked)
    tasks = [task(first, turns, work=1000), task(second, turns, work=10)]
    for one in tasks:
        one.look()
    assert tasks[1].look().ahead == 1
    for source in (first, second):
        source.gate.release(4)
    for one in tasks:
        end(one)
    assert asked == [f"{name}{n}" for name in ("1st-", "2nd-") for n in range(1, 5)]


def test_the_time_left_is_known_from_its_own_pace_or_from_the_work_of_others(turns, clock):
    def slow(shares):
        for share in shares:
            gate.acquire()
            clock.now += 2
            yield Found(share)

    gate = threading.Semaphore(0)
    first = task(lambda: slow([0.25, 1.0]), turns, work=80, patience=1000)
    assert first.look().seconds_left is None, "nothing has been measured yet"
    gate.release()
    at(first, 0.25)
    assert first.look().seconds_left == pytest.approx(6)  # 2 s for a quarter
    second = task(lambda: slow([1.0]), turns, work=100, patience=1000)
    seen = second.look()
    assert (seen.ahead, seen.seconds_left) == (1, pytest.approx(6 + 100 / 10))  # 20 units of work took 2 s
    gate.release(2)
    for one in (first, second):
        assert end(one).finished


def test_when_the_server_ends_all_iterators_are_closed(turns, monkeypatch):
    source = Source()
    one = task(source, turns)
    one.look()
    wait_for(lambda: source.asked)
    ended = type("Ended", (), {"is_alive": lambda self: False})()
    monkeypatch.setattr(background.threading, "main_thread", lambda: ended)
    source.gate.release(4)
    wait_for(lambda: source.closed)
    assert source.asked == ["1"]
