"""A sweep carried on step by step, with runs that do not train: what happens to each point, whatever happens."""

import errno
import shutil
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from mnist_core import quotas
from mnist_core.asker import TEACHER, seat_of
from mnist_core.errors import NotYoursError, QuotaError, RunError, SweepError
from mnist_core.events import Failed, Stopped
from mnist_core.quotas import Quota
from mnist_core.runs.repetitions import group_of, repeat
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs
from mnist_core.runs.trash import delete
from mnist_core.sweeps.driver import Driver
from mnist_core.sweeps.networks import disk_of
from mnist_core.sweeps.points import Count, ranked
from mnist_core.sweeps.sweep import create_sweep, find_sweep, list_sweeps
from mnist_core.sweeps.sweeps import Sweeps, resume, stop
from tests.support.disks import refusing
from tests.support.sweeps import begin, carry_out, run_of, settings
from tests.support.waiting import wait_for


@pytest.mark.parametrize(("way", "runs_wanted"), [("grid", 15), ("random", 12), ("tpe", 12)])
def test_a_sweep_measures_as_many_points_as_it_may_and_finds_a_good_one(runs, way, runs_wanted):
    sweep, jobs, driver = begin(runs, way=way, runs=max(12, runs_wanted))
    points = carry_out(sweep, jobs, driver)
    assert [point.state for point in points] == ["measured"] * runs_wanted
    assert len(list_runs(runs)) == runs_wanted
    assert all(run.group() == sweep.id for run in list_runs(runs))
    best = ranked(points)[0]
    assert best.score == max(point.score for point in points) == best.accuracy
    assert 0.01 < best.values["learning_rate"] < 0.1
    assert sweep.end() == (
        "All 15 points of the grid have been looked at." if way == "grid" else "The limit of 12 runs is reached."
    )
    assert driver.advance(asker=TEACHER) == ""
    assert len(list_runs(runs)) == runs_wanted, "an ended sweep begins nothing"


def test_as_many_runs_are_under_way_as_there_are_places(runs):
    _sweep, jobs, driver = begin(runs, places=3)
    for _ in range(6):
        driver.advance(asker=TEACHER)
    assert len(jobs.active()) == 3
    jobs.waiting = lambda: jobs.started[:1]
    jobs.finish(jobs.started[2])
    driver.advance(asker=TEACHER)
    assert len(jobs.started) == 3, "one of it waits already"


def test_the_curves_of_all_runs_are_kept_and_the_networks_of_the_best(runs):
    sweep, jobs, driver = begin(runs, networks=2, seeds=2)
    points = carry_out(sweep, jobs, driver)
    kept = {run.id for run in list_runs(runs) if run.snapshot.exists()}
    assert kept == {point.runs[0] for point in ranked(points)[:2]}
    assert all(run.history().validation_accuracy for run in list_runs(runs))
    assert not any(run.state.exists() or run.epochs() for run in list_runs(runs) if run.id not in kept)
    assert 2 * 3000 < disk_of(points, runs) < 2 * 3000 + 12 * 3000


def test_minutes_of_training_are_a_limit_too(runs):
    sweep, jobs, driver = begin(runs, runs=0, minutes=0.5)  # runs of ten seconds
    points = carry_out(sweep, jobs, driver)
    assert len(points) == 3
    assert sweep.end() == "The limit of 0.5 minutes of training is reached."


def test_each_point_has_all_its_seeds_and_their_mean(runs):
    sweep, jobs, driver = begin(runs, seeds=3, places=1)
    points = carry_out(sweep, jobs, driver)
    assert len(points) == 4
    for point in points:
        assert [run_of(sweep, point, place).config().seed for place in range(3)] == [0, 1, 2]
        assert point.score == pytest.approx(sum(point.accuracies) / 3)
        assert point.accuracies[2] - point.accuracies[0] == pytest.approx(0.002)


def test_impossible_networks_are_counted_and_cost_no_run(runs):
    chosen = settings("kernel_sizes=3,5,3-3", "learning_rate=0.01,0.1", way="grid")
    sweep, jobs, driver = begin(runs, chosen)
    points = carry_out(sweep, jobs, driver)
    count = Count.of(points)
    assert (count.measured, count.impossible, count.runs) == (4, 2, 4)
    assert all("equally long" in point.note for point in points if point.state == "impossible")
    assert "2 impossible" in count.describe()


def test_a_search_that_finds_nothing_new_ends(runs):
    sweep, jobs, driver = begin(runs, settings("batch_size=32,64", way="random", runs=50))
    points = carry_out(sweep, jobs, driver)
    count = Count.of(points)
    assert (count.measured, count.runs) == (2, 2), "a point that is known costs no run"
    assert "are known already or impossible" in sweep.end()
    repeated = next(point for point in points if point.state == "repeated" and point.score is not None)
    assert repeated.score in [point.score for point in ranked(points)]


def test_a_run_in_the_worse_half_is_stopped_early(runs):
    _sweep, jobs, driver = begin(runs, pruning=True)
    driver.advance(asker=TEACHER)
    driver.advance(asker=TEACHER)
    good, bad = jobs.started
    for run, loss in ((good, 0.5), (bad, 2.0)):
        jobs.begin(run)
        jobs.measure(run, 10, loss)
    driver.advance(asker=TEACHER)
    assert jobs.stopped == [], "too early to tell"
    for run, loss in ((good, 0.4), (bad, 1.9)):
        jobs.measure(run, 30, loss)
        driver.advance(asker=TEACHER)
    assert jobs.stopped == [bad]
    driver.advance(asker=TEACHER)
    point = next(point for point in driver.points() if point.runs == (bad.id,))
    assert (point.state, point.score, point.seconds) == ("pruned", None, (1.0,))
    assert "better half" in point.note
    assert bad.history().validations[-1].loss == 1.9, "its events are kept"


@pytest.mark.parametrize(
    ("happens", "state", "said"),
    [
        (lambda jobs, run: jobs.diverge(run), "pruned", "infinite in step 7"),
        (lambda jobs, run: jobs.end(run, Stopped(step=1, epoch=0.1, seconds=1.0)), "pruned", "stopped by hand"),
        (lambda jobs, run: shutil.rmtree(run.path), "failed", "was deleted before"),
        (lambda jobs, run: run.dequeue(asker=TEACHER), "failed", "taken out of the queue"),
    ],
)
def test_whatever_happens_to_a_run_the_sweep_goes_on(runs, happens, state, said):
    sweep, jobs, driver = begin(runs)
    driver.advance(asker=TEACHER)
    happens(jobs, jobs.started[0])
    points = carry_out(sweep, jobs, driver)
    assert points[0].state == state
    assert said in points[0].note
    assert Count.of(points).measured == 11


def test_a_run_that_is_deleted_after_it_was_measured_stays_a_point(runs):
    sweep, jobs, driver = begin(runs)
    points = carry_out(sweep, jobs, driver)
    delete(run_of(sweep, points[0]), asker=TEACHER)
    assert Driver(sweep, jobs).points() == points


def test_a_run_that_broke_off_goes_on_and_is_given_up_if_it_does_so_again_and_again(runs):
    _sweep, jobs, driver = begin(runs, places=1)
    driver.advance(asker=TEACHER)
    (run,) = jobs.started
    for _ in range(3):
        jobs.begin(run)
        jobs.end(run, Failed(reason="The machine's memory is full."))
        driver.advance(asker=TEACHER)
    assert jobs.resumed == [run, run]
    assert driver.points()[0].state == "failed"
    assert driver.points()[0].note == "Its run broke off 3 times: The machine's memory is full."


def test_a_full_disk_is_a_sentence_and_the_sweep_goes_on_when_there_is_room(runs, monkeypatch):
    sweep, jobs, driver = begin(runs, places=1)
    driver.advance(asker=TEACHER)
    (run,) = jobs.started
    jobs.begin(run)
    jobs.end(run, Failed(reason="The disk is full."))
    with monkeypatch.context() as patch:
        patch.setattr(quotas.shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6))
        assert "has 1 MB left" in driver.advance(asker=TEACHER)
        assert "has 1 MB left" in sweep.problem()
    assert driver.advance(asker=TEACHER) == ""
    assert jobs.resumed == [run]
    assert sweep.problem() == ""
    carry_out(sweep, jobs, driver)


def test_a_disk_that_is_full_when_a_point_is_recorded_loses_nothing(runs):
    sweep, jobs, driver = begin(runs, places=1)
    driver.advance(asker=TEACHER)
    jobs.finish(jobs.started[0])
    with refusing(sweep.journal, errno.ENOSPC):
        assert "No space left" in driver.advance(asker=TEACHER)
    points = carry_out(sweep, jobs, driver)
    assert [point.state for point in points] == ["measured"] * 12
    assert len(jobs.started) == 12


def test_a_refused_run_is_begun_later_as_the_same_point(runs):
    _sweep, jobs, driver = begin(runs, places=1)
    jobs.refusal = RunError("the run cannot be recorded")
    assert driver.advance(asker=TEACHER) == "the run cannot be recorded."
    assert driver.advance(asker=TEACHER) == "the run cannot be recorded."
    (point,) = driver.points()
    jobs.refusal = None
    driver.advance(asker=TEACHER)
    (begun,) = driver.points()
    assert (begun.values, len(begun.runs)) == (point.values, 1)


def test_a_run_that_a_killed_process_began_and_did_not_record_is_taken_over(runs, monkeypatch):
    sweep, jobs, driver = begin(runs, places=1)

    def killed(*_, **__):
        raise KeyboardInterrupt

    driver.points()
    monkeypatch.setattr(driver._opened, "note", killed)
    with pytest.raises(KeyboardInterrupt):
        driver.advance(asker=TEACHER)
    assert len(jobs.started) == 1
    other = Driver(find_sweep(sweep.id, runs), jobs)
    other.advance(asker=TEACHER)
    assert len(jobs.started) == 1
    assert other.points()[0].runs == (jobs.started[0].id,)


def test_two_who_carry_it_on_begin_no_run_twice(runs):
    sweep, jobs, driver = begin(runs, places=2)
    drivers = [driver, Driver(find_sweep(sweep.id, runs), jobs)]

    def steps(mine):
        for _ in range(40):
            mine.advance(asker=TEACHER)
        return mine.points()

    with ThreadPoolExecutor() as pool:
        list(pool.map(steps, drivers))
    assert len(jobs.started) == 2
    for turn in range(200):
        for run in jobs.active():
            jobs.finish(run)
        drivers[turn % 2].advance(asker=TEACHER)
    points = drivers[0].points()
    assert points == drivers[1].points()
    assert [point.state for point in points] == ["measured"] * 12
    assert len(jobs.started) == 12


def test_a_stopped_sweep_begins_nothing_and_goes_on_with_the_same_runs(runs):
    sweep, jobs, driver = begin(runs, places=2)
    driver.advance(asker=TEACHER)
    driver.advance(asker=TEACHER)
    for run in jobs.started:
        jobs.begin(run)
    stop(sweep, jobs, asker=TEACHER)
    assert sweep.status() == "stopped"
    assert jobs.active() == []
    driver.advance(asker=TEACHER)
    assert len(jobs.started) == 2
    resume(sweep, jobs, asker=TEACHER)
    assert set(jobs.resumed) == set(jobs.started)
    points = carry_out(sweep, jobs, driver)
    assert [point.state for point in points] == ["measured"] * 12


def test_a_seat_s_sweep_is_its_own(runs, monkeypatch):
    me, other = seat_of("me"), seat_of("other")
    sweep, jobs, driver = begin(runs, asker=me)
    for act in (lambda: driver.advance(asker=other), lambda: stop(sweep, jobs, asker=other)):
        with pytest.raises(NotYoursError, match="belongs to another seat"):
            act()
    for _ in range(3):
        driver.advance(asker=TEACHER)
    assert [run.owner() for run in jobs.started] == [me.owner], "its runs are the seat's, and train one by one"
    with pytest.raises(QuotaError, match="sweeps under way, and a seat has 1 at most"):
        create_sweep(settings(), runs, asker=me)
    create_sweep(settings(), runs, asker=other)
    monkeypatch.setattr(quotas, "RUNS_KEPT", Quota("runs", 10, None))
    with pytest.raises(QuotaError, match="13 runs, and a seat has 10 at most"):
        create_sweep(settings(), runs, asker=me)


def test_repetitions_of_a_point_are_no_points(runs):
    sweep, jobs, driver = begin(runs)
    point = carry_out(sweep, jobs, driver)[0]
    run = run_of(sweep, point)
    assert group_of(run) == run.id
    made = repeat(run, 3, runs, asker=TEACHER)
    assert [one.group() for one in made] == [run.id] * 3
    assert [group_of(one) for one in made] == [run.id] * 3


def test_a_sweep_that_is_gone_or_damaged_is_a_sentence(runs):
    sweep, _jobs, driver = begin(runs)
    with pytest.raises(SweepError, match=r"there is no sweep '\.\./x': it may have been deleted"):
        find_sweep("../x", runs)
    (sweep.path / "sweep.json").write_text("{")
    assert "sweep.json is missing or damaged" in driver.advance(asker=TEACHER)
    shutil.rmtree(sweep.path)
    with pytest.raises(SweepError, match="may have been deleted"):
        driver.advance(asker=TEACHER)
    assert list_sweeps(runs) == []
    assert not sweep.path.exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(runs):
    runs.mkdir()
    with refusing(runs, errno.ENOSPC), pytest.raises(SweepError, match=r"cannot be recorded in .*No space left"):
        create_sweep(settings(), runs, asker=TEACHER)
    assert list_sweeps(runs) == []


def test_drawings_are_those_of_the_beginning(runs):
    with pytest.raises(SweepError, match="no drawings to measure on"):
        create_sweep(settings(objective="drawings"), runs, asker=TEACHER)
    sweep, jobs, driver = begin(runs, objective="drawings", drawings=[SimpleNamespace(id="a"), SimpleNamespace(id="b")])
    assert sweep.drawings() == ["a", "b"]
    driver._all_drawings = tuple
    driver.advance(asker=TEACHER)
    jobs.finish(jobs.started[0])
    driver.advance(asker=TEACHER)
    assert driver.points()[0].note == "all drawings on which it measures have been deleted."


def test_runs_can_be_read_as_runs(runs):
    sweep, jobs, driver = begin(runs)
    carry_out(sweep, jobs, driver)
    run = Run(list_runs(runs)[0].path)
    assert run.status(run.history()) == "finished"
    assert run.description()["name"] == "fast"


def test_a_server_carries_on_what_was_running_before_it_started(runs):
    sweep, jobs, driver = begin(runs)
    driver.advance(asker=TEACHER)
    server = Sweeps(runs, lambda: jobs)
    try:
        for _ in range(12):
            wait_for(jobs.active)
            jobs.finish(jobs.active()[0])
        wait_for(lambda: sweep.status() == "ended")
    finally:
        server.close()
    assert Count.of(driver.points()).measured == 12
