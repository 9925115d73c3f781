"""What a run computes with, chosen from measurements that are given here: nothing is timed."""

import dataclasses

import pytest

from mnist_core.jobs.choice import Threads, choose, was_busy
from mnist_core.jobs.machine import this_machine
from mnist_core.presets import preset
from tests.support.events import started
from tests.support.machine import measured, timings

F, B = "float32", "bfloat16"
ONE, TWO, FOUR = Threads(most=1), Threads(most=2), Threads(most=4)
TABLE = {
    (1, F): (10.0, 11.0),
    (1, B): (5.0, 9.0),
    (2, F): (6.0, 12.0),
    (2, B): (2.5, 9.5),
    (4, F): (5.9, 20.0),
    (4, B): (2.4, 20.0),
}
"""Bfloat16 is faster; alone a second thread pays and four do not; beside a busy process one thread is fastest."""


def chosen(threads, seconds=TABLE, config=None, **options):
    given = {"device": "cpu", "measured": measured(seconds), "started": None} | options
    return choose(config or preset("fast"), threads, **given)


def ways(arithmetic):
    return arithmetic.threads, arithmetic.precision


def test_the_fastest_way_is_taken_with_its_reasons():
    found = chosen(FOUR)
    assert ways(found) == (2, B)
    assert found.threads_reason == "2.00 × as fast as 1"
    assert found.precision_reason == "2.40 × as fast as float32"


def test_no_more_threads_are_taken_than_there_may_be():
    found = chosen(ONE)
    assert ways(found) == (1, B)
    assert found.threads_reason == "", "there was nothing to choose"


def test_beside_a_server_what_was_measured_beside_a_busy_process_counts():
    found = chosen(Threads(most=4, beside=True))
    assert ways(found) == (1, B)
    assert found.threads_reason == "2 would be 0.95 × as fast"


def test_what_may_be_noise_takes_no_other_thread_and_no_other_format():
    found = chosen(TWO, {(1, F): (10.0, 1), (1, B): (9.2, 1), (2, F): (9.1, 1), (2, B): (9.15, 1)})
    assert ways(found) == (1, F)
    assert found.threads_reason == "2 would be 1.10 × as fast"
    assert found.precision_reason == "bfloat16 would be 1.09 × as fast"


def test_the_network_most_like_the_run_s_decides():
    table = timings({(1, F): (1.0, 1.0), (2, F): (2.0, 2.0)}, ["notebook", "fast"])
    table += timings({(1, F): (2.0, 2.0), (2, F): (1.0, 1.0)}, ["best"])
    known = measured(timings=table)
    for name, threads in {"underfit": 1, "notebook": 1, "fast": 1, "best": 2}.items():
        assert chosen(TWO, measured=known, config=preset(name)).threads == threads, name
    assert chosen(TWO, measured=known, config=preset("best").replace(batch_size=1)).threads == 1
    assert chosen(TWO, measured=known, config=preset("notebook").replace(batch_size=1024)).threads == 2


def test_what_is_set_by_hand_is_never_overruled():
    found = chosen(Threads(most=1, by_hand=4), config=preset("fast").replace(precision=F))
    assert ways(found) == (4, F)
    assert found.threads_reason == found.precision_reason == "set by hand"


def test_the_rest_is_chosen_for_what_is_set_by_hand():
    assert ways(chosen(Threads(by_hand=3))) == (3, B)
    table = {(1, F): (5.0, 1), (2, F): (9.0, 1), (1, B): (5.0, 1), (2, B): (1.0, 1)}
    assert ways(chosen(TWO, table, config=preset("fast").replace(precision=F))) == (1, F)
    assert ways(chosen(TWO, table, config=preset("fast").replace(precision=B))) == (2, B)


def test_a_run_that_goes_on_computes_as_it_did_before(monkeypatch):
    monkeypatch.setattr("mnist_core.jobs.choice.cores", lambda: 2)
    before = dataclasses.replace(started(), precision=F, threads=2, threads_reason="so", precision_reason="and so")
    found = chosen(ONE, started=before)
    assert ways(found) == (2, F)
    assert (found.threads_reason, found.precision_reason) == ("so", "and so")
    assert ways(chosen(ONE, started=before, measured=None)) == (2, F)
    assert ways(chosen(Threads(by_hand=1), started=before)) == (1, F), "threads set by hand come first"
    elsewhere = dataclasses.replace(before, threads=64)
    assert chosen(ONE, started=elsewhere).threads == 2, "no more than this machine has cores"


def test_a_run_that_began_on_a_graphics_card_is_chosen_for_anew():
    assert ways(chosen(TWO, started=dataclasses.replace(started(), device="cuda"))) == (2, B)


@pytest.mark.parametrize("known", [None, measured(device="cuda")])
def test_where_nothing_is_measured_it_is_one_thread_and_float32(known):
    found = chosen(FOUR, measured=known)
    assert ways(found) == (1, F)
    assert found.threads_reason == found.precision_reason == "this machine is not measured"


def test_a_format_that_could_not_be_measured_is_taken_if_it_is_asked_for():
    table = {(1, F): (2.0, 1), (2, F): (1.0, 1)}
    assert ways(chosen(TWO, table, config=preset("fast").replace(precision=B))) == (2, B)


def test_where_threads_could_not_be_compared_it_is_one_and_the_format_that_was_faster():
    busy = measured({(1, F): (2.0, 2.0), (1, B): (1.0, 1.0)}, machine=dataclasses.replace(this_machine(), cores=4))
    assert was_busy(busy)
    found = chosen(FOUR, measured=busy)
    assert ways(found) == (1, B)
    assert found.threads_reason == "other programs were at work when this machine was measured"
    assert chosen(ONE, measured=busy).threads_reason == ""
    assert not was_busy(measured(TABLE))
    assert not was_busy(dataclasses.replace(busy, machine=dataclasses.replace(this_machine(), cores=1)))
