"""Runs on a real Dask cluster: a scheduler and workers as processes of this machine, without a shared disk.

Each run is compared with the same one trained here: the same weights, bit for bit, and a record without a gap.
"""

import contextlib
import json
import os
import subprocess
import sys

import psutil
import pytest
from safetensors.numpy import load_file

from mnist_core.asker import TEACHER
from mnist_core.cluster import carrying
from mnist_core.events import Failed, Started
from mnist_core.jobs.execution import execute
from mnist_core.jobs.scheduler import Jobs
from mnist_core.runs.store import create_run, list_runs
from mnist_core.runs.test_set_log import openings
from mnist_core.sweeps.driver import Driver
from mnist_core.sweeps.sweep import create_sweep
from tests.support.cluster import ClusterProcesses, connected
from tests.support.fine_tuning import taught_run
from tests.support.jobs import end
from tests.support.sweeps import settings
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def processes(tmp_path_factory, known_machine):
    found = ClusterProcesses(tmp_path_factory.mktemp("cluster"))
    found.add_workers(2)
    yield found
    found.end()


@pytest.fixture
def cluster(processes):
    return connected(processes, places=2)


@pytest.fixture
def jobs(runs, cluster):
    jobs = Jobs(runs, cluster)
    yield jobs
    end(jobs)


def status(run):
    return run.status(run.history())


def starts(run):
    return [event for event in events(run) if event["kind"] == Started.kind]


def events(run):
    return [json.loads(line) for line in run.journal.read_bytes().splitlines()]


def without_times(history):
    """Return what was measured at the ends of the epochs and at the end of the run."""
    return [epoch.replace(seconds=0.0) for epoch in history.epochs]


def assert_same(run, other):
    """Check that two runs, wherever they were trained, have come to the same."""
    for name in (run.state.name, run.snapshot.name):
        mine, theirs = load_file(run.path / name), load_file(other.path / name)
        assert mine.keys() == theirs.keys()
        assert all((mine[key] == theirs[key]).all() for key in mine), name
    ends = [(one.history().end.test_accuracy, one.history().end.test_loss) for one in (run, other)]
    assert ends[0] == ends[1]
    epochs = [[(e.epoch, e.train_loss, e.validation_loss) for e in one.history().epochs] for one in (run, other)]
    assert epochs[0] == epochs[1]


def trained_here(config, folder, **more):
    run = create_run(config, "here", folder, asker=TEACHER, **more)
    for _ in execute(run):
        pass
    return run


def dask_worker_of(run):
    """Return the process of the Dask worker whose worker process trains a run."""
    return psutil.Process(json.loads((run.path / "worker.json").read_text())["process"]).parent()


def test_runs_and_fine_tunings_come_to_the_same_as_here(jobs, tiny, mnist, tmp_path):
    here = trained_here(tiny, tmp_path)
    run = jobs.start(tiny, "x", asker=TEACHER)
    wait_for(lambda: status(run) == "finished")
    assert_same(run, here)
    assert run.epochs() == [1, 2]
    assert openings(run.path.parent) == 1
    lesson = taught_run(here, mnist)
    copy = create_run(lesson.config(), "x", tmp_path, asker=TEACHER, fine_tuning=lesson.fine_tuning.read_bytes())
    for _ in execute(copy):
        pass
    lesson.enqueue(asker=TEACHER)
    wait_for(lambda: status(lesson) == "finished")
    assert_same(lesson, copy)
    wait_for(lambda: not lesson.on_cluster.exists())


def test_pause_rate_stop_and_more_epochs_are_obeyed(jobs, endless, tiny):
    run = jobs.start(endless, "x", asker=TEACHER)
    wait_for(lambda: run.history().steps and status(run) == "running")  # the curves move while it trains
    jobs.pause(run, asker=TEACHER)
    assert status(run) == "paused"
    jobs.resume(run, asker=TEACHER)
    run.control.request_rate_factor(0.5, asker=TEACHER)
    wait_for(lambda: [change.factor for change in run.history().rate_changes] == [0.5])
    jobs.stop(run, asker=TEACHER)
    wait_for(lambda: status(run) == "stopped")
    short = jobs.start(tiny, "x", asker=TEACHER)
    wait_for(lambda: status(short) == "finished")
    jobs.extend(short, 1, asker=TEACHER)
    wait_for(lambda: status(short) == "finished")
    assert short.epochs() == [1, 2, 3]
    assert [start["epoch"] for start in starts(short)] == [0, 2]


def test_a_run_that_was_called_off_before_it_began_never_begins(jobs, endless, cluster):
    first, second = (jobs.start(endless, "x", asker=TEACHER) for _ in range(2))
    third = jobs.start(endless, "x", asker=TEACHER)
    wait_for(lambda: status(first) == status(second) == "running")
    worker = cluster.new_worker()
    worker.hand_over(third)  # though there is no place for it
    wait_for(third.on_cluster.exists)
    jobs.stop(third, asker=TEACHER)
    wait_for(lambda: worker.run is None)
    assert status(third) == "interrupted"
    assert not third.history().started


def test_a_version_that_differs_is_refused_in_a_sentence(jobs, tiny, monkeypatch):
    monkeypatch.setattr(carrying, "code_version", lambda: "Digit Lab 0123456789ab, Python 3.11")
    run = jobs.start(tiny, "x", asker=TEACHER)
    wait_for(lambda: status(run) == "failed")
    assert "and this app has Digit Lab 0123456789ab, Python 3.11: install the same version" in run.history().end.reason


def test_where_the_disk_is_shared_the_worker_writes_into_the_run_itself(processes, runs, tiny, tmp_path):
    jobs = Jobs(runs, connected(processes, places=2, shared_disk=True))
    try:
        run = jobs.start(tiny.replace(epochs=3), "x", asker=TEACHER)
        wait_for(lambda: status(run) == "finished")
        wait_for(lambda: not run.on_cluster.exists())
        assert json.loads((run.path / "worker.json").read_text())["process"] != os.getpid()
        assert_same(run, trained_here(run.config(), tmp_path))
        assert openings(runs) == 1
    finally:
        jobs.close()


def test_an_app_that_was_killed_finds_its_runs_again(processes, cluster, runs, tiny, tmp_path):
    slow = tiny.replace(epochs=6)
    code = f"""
import sys
from mnist_core.asker import TEACHER
from mnist_core.cluster.launcher import Cluster
from mnist_core.config import TrainConfig
from mnist_core.jobs.scheduler import Jobs
jobs = Jobs({str(runs)!r}, Cluster({processes.address!r}, shared_disk=False))
jobs.start(TrainConfig.from_dict({slow.to_dict()!r}), "x", asker=TEACHER, steps_per_second=5)
sys.stdin.read()
"""
    app = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    wait_for(lambda: any(run.history().steps for run in list_runs(runs)), app)
    app.kill()
    app.wait()
    (run,) = list_runs(runs)
    assert status(run) == "interrupted"
    with run.journal.open("ab") as file:
        file.write(b'{"kind": "st')  # it was killed while it wrote a line
    jobs = Jobs(runs, cluster)
    try:
        wait_for(lambda: status(run) == "running")
        run.control.request_steps_per_second(0, asker=TEACHER)
        wait_for(lambda: status(run) == "finished")
    finally:
        jobs.close()
    assert len(starts(run)) == 1, "it went on while there was no app"
    assert_same(run, trained_here(slow, tmp_path))


def test_a_sweep_outlives_a_worker_and_the_scheduler(runs, tmp_path):
    processes = ClusterProcesses(tmp_path / "cluster")
    processes.add_workers(2)
    cluster = connected(processes, places=2)
    jobs = Jobs(runs, cluster)
    chosen = settings("learning_rate=0.001..0.1:log", way="random", runs=12, networks=12)
    sweep = create_sweep(chosen, runs, asker=TEACHER)
    driver = Driver(sweep, jobs)

    def go_on_until(condition):
        wait_for(lambda: condition() if driver.advance(asker=TEACHER) == "" else False)

    def ended():
        return sum(point.state == "measured" for point in driver.points())

    @contextlib.contextmanager
    def in_the_middle_of_a_run():
        go_on_until(jobs.active)
        run = jobs.active()[0]
        run.control.request_steps_per_second(10, asker=TEACHER)
        go_on_until(lambda: run.history().steps or run.history().end)
        yield run
        run.control.request_steps_per_second(0, asker=TEACHER)

    try:
        go_on_until(lambda: ended() >= 3)
        with in_the_middle_of_a_run() as run:
            dask_worker_of(run).kill()
        go_on_until(lambda: ended() >= 6)
        with in_the_middle_of_a_run():
            processes.scheduler.kill()
            wait_for(lambda: cluster.places == 0)
        assert "does not answer" in jobs.problem
        assert not [run for run in list_runs(runs) if isinstance(run.history().end, Failed)]
        wait_for(lambda: all(worker.poll() is not None for worker in processes.workers))
        processes.start_scheduler()
        wait_for(lambda: "has no workers" in jobs.problem)
        processes.add_workers(2)
        go_on_until(lambda: sweep.status() == "ended")
    finally:
        jobs.close()
        processes.end()
    assert ended() == 12
    for point in driver.points():
        (run,) = [run for run in list_runs(runs) if run.id == point.runs[0]]
        assert_same(run, trained_here(run.config(), tmp_path / "here"))
