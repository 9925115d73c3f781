import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core.errors import RunError
from mnist_core.events import Finished
from mnist_core.jobs.machine import write_measured
from mnist_core.jobs.scheduler import Jobs
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs
from mnist_core.training.state import load_state
from tests.support.events import epoch, started
from tests.support.machine import measured
from tests.support.waiting import wait_for


@pytest.fixture
def jobs(runs):
    jobs = Jobs(runs, cores=2)
    yield jobs
    for run in jobs.active():
        jobs.stop(run)
    wait_for(lambda: not jobs.active())
    jobs.close()


def status(run):
    return run.status(run.history())


def test_runs_wait_in_order_and_all_finish(jobs, tiny, endless):
    first = jobs.start(endless, "first")
    second = jobs.start(tiny, "second")
    third = jobs.start(tiny, "third")
    wait_for(lambda: status(first) == "running")
    assert jobs.waiting() == [second, third]
    assert jobs.active() == [first, second, third]
    assert [status(second), status(third)] == ["queued", "queued"]
    jobs.stop(first)
    wait_for(lambda: status(third) == "finished")
    assert [status(first), status(second)] == ["stopped", "finished"]
    ended = [r.path.joinpath("events.jsonl").stat().st_mtime for r in (first, second, third)]
    assert ended == sorted(ended)
    pid = {run.path.joinpath("worker.json").read_text() for run in (second, third)}
    assert len(pid) == 1, "the warm worker is used again"


def test_a_server_s_run_computes_as_was_measured_beside_a_busy_process(machine_file, runs, tiny):
    alone, beside = (1.0, 2.0), (2.0, 1.0)
    write_measured(measured({(1, "float32"): alone, (1, "bfloat16"): beside}))
    jobs = Jobs(runs, cores=2)
    try:
        run = jobs.start(tiny, "x")
        wait_for(lambda: status(run) == "finished")
    finally:
        jobs.close()
    assert run.history().started.precision == "bfloat16"


def test_pause_resume_and_stop_are_obeyed_and_idempotent(jobs, endless):
    run = jobs.start(endless, "x")
    wait_for(lambda: status(run) == "running" and run.history().steps)
    jobs.pause(run)
    jobs.pause(run)
    assert status(run) == "paused"
    jobs.resume(run)
    assert status(run) == "running"
    with pytest.raises(RunError, match="is running"):
        jobs.resume(run)
    jobs.stop(run)
    jobs.stop(run)
    wait_for(lambda: status(run) == "stopped")
    jobs.stop(run)
    jobs.pause(run)
    assert status(run) == "stopped"


def test_a_run_resumed_as_soon_as_it_has_stopped_trains_again(jobs, endless):
    run = jobs.start(endless, "x")
    for _ in range(2):
        wait_for(lambda: status(run) == "running" and run.history().steps)
        jobs.stop(run)
        wait_for(lambda: status(run) == "stopped")  # sooner than the dispatcher looks who has finished
        jobs.resume(run)
    wait_for(lambda: status(run) == "running")


def test_a_waiting_run_can_be_called_off(jobs, endless):
    first, second = jobs.start(endless, "first"), jobs.start(endless, "second")
    wait_for(lambda: status(first) == "running")
    jobs.stop(second)
    assert jobs.waiting() == []
    assert status(second) == "interrupted"
    assert status(first) == "running"


def test_a_killed_worker_is_replaced_and_its_run_can_resume(jobs, endless):
    run = jobs.start(endless, "x")
    wait_for(run.state.exists)
    os.kill(json.loads((run.path / "worker.json").read_text())["process"], signal.SIGKILL)
    wait_for(lambda: status(run) == "interrupted")
    saved = load_state(run.state).epoch
    assert saved >= 1
    jobs.resume(run)
    wait_for(lambda: len(run.history().epochs) > saved)
    assert run.history().started.epoch == saved


def test_a_worker_that_dies_at_once_is_not_tried_for_ever(runs, tiny):
    jobs = Jobs(runs, cores=2, command=[sys.executable, "-c", "raise SystemExit"])
    try:
        run = jobs.start(tiny, "x")
        wait_for(lambda: status(run) == "interrupted")
    finally:
        jobs.close()


def test_a_run_outlives_its_server_and_the_next_server_sees_it(runs, endless, tiny):
    code = f"""
import time
from pathlib import Path
from mnist_core.config import TrainConfig
from mnist_core.jobs.machine import write_measured
from mnist_core.jobs.scheduler import Jobs
jobs = Jobs(Path({str(runs)!r}), cores=2)
jobs.start(TrainConfig.from_dict({endless.to_dict()!r}), "first")
jobs.start(TrainConfig.from_dict({tiny.to_dict()!r}), "second")
time.sleep(600)
"""
    server = subprocess.Popen([sys.executable, "-c", code])
    wait_for(lambda: runs.exists() and len(list(runs.glob("*/events.jsonl"))) == 1, server)
    server.kill()
    server.wait()
    jobs = Jobs(runs, cores=2)
    try:
        running = jobs.active()
        assert {status(run) for run in running} == {"running", "queued"}
        alive = next(run for run in running if status(run) == "running")
        steps = alive.history().step
        wait_for(lambda: alive.history().step > steps)
        time.sleep(1.2)  # two looks of the dispatcher: the place is taken, so the other must go on waiting
        assert len(jobs.waiting()) == 1
        jobs.stop(alive)
        waiting = next(run for run in running if run != alive)
        wait_for(lambda: status(waiting) == "finished")
    finally:
        jobs.close()


@pytest.fixture
def waiting_room(runs, monkeypatch):
    """Jobs that hand out nothing by themselves."""
    monkeypatch.setattr(Jobs, "_dispatch", lambda self: None)
    jobs = Jobs(runs, cores=8)
    yield jobs
    jobs.close()


def test_a_visitor_has_three_runs_under_way_at_most(waiting_room, tiny):
    mine = [waiting_room.start(tiny, "x", visitor="me") for _ in range(3)]
    with pytest.raises(RunError, match="3 runs under way already"):
        waiting_room.start(tiny, "x", visitor="me")
    assert len(list_runs()) == 3, "what is refused leaves nothing behind"
    waiting_room.start(tiny, "x", visitor="other")
    for _ in range(4):
        waiting_room.start(tiny, "x")
    waiting_room.stop(mine[1])
    waiting_room.start(tiny, "x", visitor="me")
    with pytest.raises(RunError, match="3 runs under way already"):
        waiting_room.resume(mine[1])


def test_two_who_resume_a_run_at_once_queue_it_once(waiting_room, tiny, monkeypatch):
    run = waiting_room.start(tiny, "x")
    waiting_room.stop(run)
    history = run.history()
    monkeypatch.setattr(Run, "history", lambda run: time.sleep(0.2) or history)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(waiting_room.resume, run) for _ in range(2)]
    refused = [one.exception() for one in asked if one.exception()]
    assert len(refused) == 1
    assert "is queued: only a paused" in str(refused[0])


def test_one_run_of_each_visitor_is_handed_out(waiting_room, tiny):
    names = ("me", "me", "other", "", "", "other")
    runs = [waiting_room.start(tiny, "x", visitor=name) for name in names]
    assert waiting_room._one_each(waiting_room.waiting()) == [runs[0], runs[2], runs[3], runs[4]]
    with runs[0].lock():
        runs[0].dequeue()
        assert waiting_room._one_each(waiting_room.waiting()) == [runs[2], runs[3], runs[4]]


def test_repetitions_count_as_one_run_train_one_by_one_and_go_last(waiting_room, tiny):
    first = waiting_room.start(tiny, "x", visitor="me")
    made = waiting_room.repeat(first, 5, visitor="me")
    later = waiting_room.start(tiny, "x", visitor="other")
    assert waiting_room.waiting() == [first, later, *made]
    first.dequeue()
    assert waiting_room._one_each(waiting_room.waiting()) == [later, made[0]]
    for _ in range(2):
        waiting_room.start(tiny, "x", visitor="me")
    with pytest.raises(RunError, match="3 runs under way already"):
        waiting_room.start(tiny, "x", visitor="me")
    with pytest.raises(RunError, match="3 runs under way already"):
        waiting_room.repeat(later, 3, visitor="me")
    assert len(waiting_room.repeat(later, 3, visitor="other")) == 3


def test_a_run_that_has_ended_is_given_more_epochs(waiting_room, tiny):
    run = waiting_room.start(tiny.replace(schedule="cosine"), "x", steps_per_second=2)
    assert run.control.steps_per_second() == 2
    with pytest.raises(RunError, match="is queued: it can be given more epochs when it has finished or is stopped"):
        waiting_room.extend(run)
    run.dequeue()
    for event in (started(), epoch(1), epoch(2), Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=9.0)):
        run.append(event)
    waiting_room.extend(run)
    assert status(run) == "queued"
    assert run.config() == tiny.replace(schedule="cosine", epochs=3, schedule_epochs=2)
    record = json.loads((run.path / "config.json").read_text())
    assert record["first_config"]["epochs"] == 2
    run.dequeue()
    waiting_room.extend(run)  # called off before it began: as if it had not been asked for
    assert run.config().epochs == 3
    run.dequeue()
    with pytest.raises(RunError, match="cannot be given more epochs: epochs must be"):
        waiting_room.extend(run, 1000)
    assert run.config().epochs == 3
