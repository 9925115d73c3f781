"""Trainings of a paused class hold and go on: the real workers, without any page."""

import pytest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.classroom.holding import carry_out, held
from mnist_core.classroom.seat_names import NAMES
from mnist_core.classroom.seats import join
from mnist_core.classroom.settings import change_settings
from mnist_core.runs.store import create_run
from tests.support.classes import ANN, BOB, EVE, a_class
from tests.support.pages import finished_run
from tests.support.waiting import wait_for
from ui.cached import run_records
from ui.classroom.acting import pause

SEATS = [seat_of(f"phone {number}") for number in range(12)]


def status(run):
    return run.status(run.history())


def holds(run):
    """Whether it has come to its first report, after which it looks at what is asked."""
    return status(run) == "paused" and bool(run.history().steps)


@pytest.mark.usefixtures("workers")
def test_twelve_seats_hold_and_go_on_with_runs_that_start_and_seats_that_join_meanwhile(endless):
    classroom, jobs = a_class(*SEATS), run_records.jobs()
    mine = jobs.start(endless, "mine", asker=TEACHER)
    runs = [jobs.start(endless, "x", asker=asker) for asker in SEATS]
    wait_for(lambda: mine.history().steps)
    pause(classroom, True, asker=TEACHER)
    assert [run.control.command() for run in runs] == ["pause"] * 12
    assert status(mine) == "running"
    shown = jobs.start(endless, "shown", asker=TEACHER)
    jobs.stop(mine, asker=TEACHER)
    wait_for(lambda: status(shown) == "running")  # though twelve have waited for longer
    jobs.stop(shown, asker=TEACHER)
    wait_for(lambda: status(shown) == "stopped")
    late = jobs.start(endless, "late", asker=EVE)  # from a page that was drawn just before
    assert late.control.command() == "run", "who is in no class is not led"
    join(classroom, NAMES[-1], asker=EVE)
    wait_for(lambda: holds(late))
    assert {status(run) for run in runs} == {"queued"}
    shown = jobs.start(endless, "shown", asker=TEACHER)
    wait_for(lambda: status(shown) == "running")
    assert late.is_set_aside()
    step = late.history().step
    jobs.stop(runs[0], asker=SEATS[0])
    assert status(runs[0]) == "interrupted"
    jobs.stop(shown, asker=TEACHER)

    pause(classroom, False, asker=TEACHER)
    assert held(classroom) == []
    assert [run.control.command() for run in (*runs[1:], late)] == ["run"] * 12
    wait_for(lambda: runs[1].history().steps)
    assert late.history().step == step


def test_a_run_that_ended_or_was_killed_or_set_aside_in_the_pause_hinders_no_other(tiny):
    classroom, jobs = a_class(ANN, BOB), run_records.jobs()
    ended, killed, aside, gone, waits = (create_run(tiny, name, asker=ANN) for name in "abcde")
    waits.enqueue(asker=ANN)
    others = finished_run(tiny, asker=ANN)
    runs = [ended, killed, aside, gone, waits, others]
    for run in runs:
        run.control.request("run", asker=ANN)
    pause(classroom, True, asker=TEACHER)
    held_file = classroom.path / "held.json"
    assert held(classroom) == [waits.id], "the others are not under way"
    for run in runs:
        run.control.request("pause", asker=ANN)
    aside.set_aside()
    held_file.write_text(held_file.read_text().replace("[", "[" + "".join(f'"{run.id}", ' for run in runs)))
    gone.path.rename(gone.path.with_name("elsewhere"))
    pause(classroom, False, asker=TEACHER)
    assert held(classroom) == []
    assert {run.id for run in jobs.waiting()} == {ended.id, killed.id, aside.id, waits.id}
    assert status(others) == "finished"
    assert waits.control.command() == "run"


def test_those_that_wait_go_on_before_those_that_are_resumed_and_begin_at_once(tiny):
    classroom, order = a_class(ANN), []
    aside, waits = (create_run(tiny, name, asker=ANN) for name in ("a", "b"))
    waits.enqueue(asker=ANN)
    change_settings(classroom, asker=TEACHER, paused=True)
    carry_out(classroom, [aside, waits], order.append, asker=TEACHER)
    assert held(classroom) == sorted([aside.id, waits.id])
    change_settings(classroom, asker=TEACHER, paused=False)
    carry_out(classroom, [waits], order.append, asker=TEACHER)
    assert order == [waits.id, aside.id]
