"""The longest run of a class holds for every training of a seat, however it was begun, and for no other."""

import pytest

from mnist_core.asker import TEACHER
from mnist_core.classroom.classroom import end
from mnist_core.classroom.settings import change_settings
from mnist_core.classroom.time_limit import carry_out
from mnist_core.errors import NotYoursError, RunError
from mnist_core.events import Finished, Stopped
from mnist_core.runs.control import Control
from mnist_core.runs.index import index_of
from mnist_core.runs.store import create_run
from mnist_core.sweeps.driver import Driver
from mnist_core.sweeps.sweep import create_sweep
from tests.support.classes import ANN, BOB, a_class
from tests.support.events import epoch, started, step, validation
from tests.support.fine_tuning import fine_tuning_of
from tests.support.pages import finished_run, widget
from tests.support.sweeps import settings
from tests.support.waiting import wait_for
from ui.cached import classes, run_records
from ui.live import queue
from ui.train import rate_search


@pytest.fixture
def looked(runs):
    """Return a function that does what the server does twice a second, and returns the limits of what is under way."""

    def looked():
        run_records._look_after_class(str(runs), run_records.jobs())
        return {run.control.longest() for run in run_records.jobs().active()}

    return looked


def test_every_way_to_begin_a_training_of_a_seat_is_limited(looked, runs, tiny, mnist, monkeypatch):
    monkeypatch.setattr("mnist_core.quotas.RUNS_UNDER_WAY", type("Many", (), {"seat": 99, "everybody": 99}))
    classroom, jobs = a_class(ANN), run_records.jobs()
    change_settings(classroom, asker=TEACHER, longest_run=20)
    trained = finished_run(tiny, asker=ANN)
    jobs.start(tiny, "a run of Train, of a lesson or of the Story", asker=ANN)
    fine_tuning = fine_tuning_of(trained, mnist)
    jobs.start(fine_tuning.config, "taught", asker=ANN, fine_tuning=fine_tuning.to_bytes())
    jobs.repeat(trained, 3, asker=ANN)
    jobs.extend(trained, asker=ANN)
    stopped = create_run(tiny, "stopped", asker=ANN)
    stopped.append(Stopped(step=1, epoch=0.1, seconds=1.0))
    jobs.resume(stopped, asker=ANN)
    sweep = create_sweep(settings(), runs, asker=ANN)
    assert Driver(sweep, jobs).advance(asker=ANN) == ""
    assert len(jobs.active()) == 8
    assert looked() == {20}
    change_settings(classroom, asker=TEACHER, longest_run=60)
    assert looked() == {60}, "a change holds for what is under way"
    change_settings(classroom, asker=TEACHER, longest_run=0)
    assert looked() == {0}


def test_the_teachers_runs_are_not_limited_nor_what_is_resumed_after_the_class(looked, tiny):
    classroom, jobs = a_class(ANN), run_records.jobs()
    change_settings(classroom, asker=TEACHER, longest_run=20)
    jobs.start(tiny, "x", asker=TEACHER)
    assert looked() == {0}
    run = jobs.start(tiny, "x", asker=ANN)
    assert looked() == {0, 20}
    jobs.stop(run, asker=ANN)
    end(classroom, asker=TEACHER)
    jobs.resume(run, asker=ANN)
    assert looked() == {0}


@pytest.mark.usefixtures("workers")
def test_a_seats_run_ends_after_so_many_seconds_and_is_measured(endless):
    classroom = a_class(ANN)
    run = run_records.jobs().start(endless, "x", asker=ANN)
    wait_for(lambda: run.history().steps)
    change_settings(classroom, asker=TEACHER, longest_run=1)
    wait_for(lambda: run.history().end)
    history = run.history()
    assert isinstance(history.end, Finished)
    assert history.time_limit == 1
    assert run.config() == endless, "what the learner has set is as it was"


def test_only_the_teacher_sets_it_and_a_run_that_cannot_be_told_hinders_no_other(tiny, monkeypatch):
    classroom = a_class(ANN, BOB)
    change_settings(classroom, asker=TEACHER, longest_run=20)
    first, second = (create_run(tiny, "x", asker=ANN) for _ in range(2))
    with pytest.raises(NotYoursError):
        carry_out(classroom, [first], asker=BOB)
    tell = Control.request_longest

    def fail(control, seconds, *, asker):
        if control._folder == first.path:
            raise RunError("the disk is full")
        tell(control, seconds, asker=asker)

    monkeypatch.setattr(Control, "request_longest", fail)
    with pytest.raises(RunError, match="the disk is full"):
        carry_out(classroom, [first, second], asker=TEACHER)
    assert second.control.longest() == 20


def test_who_has_used_the_time_up_is_offered_no_more_epochs(open_page, sit, tiny):
    classroom, run = a_class(ANN), create_run(tiny, "x", asker=ANN)
    end = Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=21.0, max_seconds=20)
    for event in (started(), step(5), step(10), validation(10), epoch(1), end):
        run.append(event)
    sit(ANN)
    page = open_page("pages/4_Train.py", run=run.id)
    assert not widget(page.button, "+1 epoch").disabled
    change_settings(classroom, asker=TEACHER, longest_run=20)
    classes.forget()
    page = open_page("pages/4_Train.py", run=run.id)
    assert widget(page.button, "+1 epoch").disabled


def test_a_search_for_a_learning_rate_is_a_training_too(sit, tiny, monkeypatch):
    asked = []

    def search(config, *, longest):
        asked.append(longest)
        yield from ()

    monkeypatch.setattr(rate_search, "search_rate", search)
    change_settings(a_class(ANN), asker=TEACHER, longest_run=20)
    for asker in (ANN, TEACHER):
        sit(asker)
        task = rate_search.start(tiny, asker.owner).task
        wait_for(lambda task=task: task.look().ended)
    assert asked == [20, 0]


def test_the_waiting_time_counts_with_it(tiny):
    change_settings(a_class(), asker=TEACHER, runs_at_once=1)
    jobs = run_records.jobs()
    at_work, waits, last = (jobs.start(tiny.replace(epochs=200), "x", asker=TEACHER) for _ in range(3))
    at_work.append(started())
    at_work.append(step(10))
    at_work.dequeue(asker=TEACHER)
    for run in (at_work, waits):
        run.control.request_longest(15, asker=TEACHER)
    with at_work.lock():
        index_of().expire()
        assert queue.seconds_left(at_work, at_work.history()) == 5
        begins = queue.look().waiting
    # Half a second of each turn is no training.
    assert begins == {waits.id: 5 + 0.5, last.id: 5 + 15 + 2 * 0.5}
