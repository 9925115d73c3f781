import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psutil
import pytest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.errors import QuotaError, RunError
from mnist_core.events import Finished
from mnist_core.jobs.machine import write_measured
from mnist_core.jobs.scheduler import Jobs
from mnist_core.jobs.under_way import one_each
from mnist_core.jobs.worker_process import LocalWorkers
from mnist_core.runs import index
from mnist_core.runs.index import RunIndex, index_of
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, list_runs
from mnist_core.training.state import load_state
from tests.support.events import epoch, started
from tests.support.jobs import end
from tests.support.machine import measured
from tests.support.waiting import wait_for


@pytest.fixture
def jobs(runs):
    jobs = Jobs(runs, LocalWorkers(2))
    yield jobs
    end(jobs)


def status(run):
    return run.status(run.history())


def test_runs_wait_in_order_and_all_finish(jobs, tiny, endless):
    first = jobs.start(endless, "first", asker=TEACHER)
    second = jobs.start(tiny, "second", asker=TEACHER)
    third = jobs.start(tiny, "third", asker=TEACHER)
    wait_for(lambda: status(first) == "running")
    assert jobs.waiting() == [second, third]
    assert jobs.active() == [first, second, third]
    assert [status(second), status(third)] == ["queued", "queued"]
    jobs.stop(first, asker=TEACHER)
    wait_for(lambda: status(third) == "finished")
    assert [status(first), status(second)] == ["stopped", "finished"]
    ended = [r.path.joinpath("events.jsonl").stat().st_mtime for r in (first, second, third)]
    assert ended == sorted(ended)
    pid = {run.path.joinpath("worker.json").read_text() for run in (second, third)}
    assert len(pid) == 1, "the warm worker is used again"


def test_no_more_runs_train_at_once_than_somebody_lets(runs, tiny, endless):
    most = 1
    jobs = Jobs(runs, LocalWorkers(12), most=lambda: most)
    try:
        assert jobs.places == 1
        first, second = (jobs.start(endless, "x", asker=TEACHER) for _ in range(2))
        wait_for(lambda: status(first) == "running")
        assert status(second) == "queued"
        most = 2
        wait_for(lambda: status(second) == "running")
        assert status(first) == "running"
        most = 0
        assert jobs.places > 2
    finally:
        for run in jobs.active():
            jobs.stop(run, asker=TEACHER)
        wait_for(lambda: not jobs.active())
        jobs.close()


def test_a_server_s_run_computes_as_was_measured_beside_a_busy_process(machine_file, runs, tiny):
    alone, beside = (1.0, 2.0), (2.0, 1.0)
    write_measured(measured({(1, "float32"): alone, (1, "bfloat16"): beside}))
    jobs = Jobs(runs, LocalWorkers(2))
    try:
        run = jobs.start(tiny, "x", asker=TEACHER)
        wait_for(lambda: status(run) == "finished")
    finally:
        jobs.close()
    assert run.history().started.precision == "bfloat16"


def test_pause_resume_and_stop_are_obeyed_and_idempotent(jobs, endless):
    run = jobs.start(endless, "x", asker=TEACHER)
    wait_for(lambda: status(run) == "running" and run.history().steps)
    jobs.pause(run, asker=TEACHER)
    jobs.pause(run, asker=TEACHER)
    assert status(run) == "paused"
    jobs.resume(run, asker=TEACHER)
    assert status(run) == "running"
    with pytest.raises(RunError, match="is running"):
        jobs.resume(run, asker=TEACHER)
    jobs.stop(run, asker=TEACHER)
    jobs.stop(run, asker=TEACHER)
    wait_for(lambda: status(run) == "stopped")
    jobs.stop(run, asker=TEACHER)
    jobs.pause(run, asker=TEACHER)
    assert status(run) == "stopped"


def test_a_run_resumed_as_soon_as_it_has_stopped_trains_again(jobs, endless):
    run = jobs.start(endless, "x", asker=TEACHER)
    for _ in range(2):
        wait_for(lambda: status(run) == "running" and run.history().steps)
        jobs.stop(run, asker=TEACHER)
        wait_for(lambda: status(run) == "stopped")  # sooner than the dispatcher looks who has finished
        jobs.resume(run, asker=TEACHER)
    wait_for(lambda: status(run) == "running")


def test_a_waiting_run_can_be_called_off(jobs, endless):
    first, second = jobs.start(endless, "first", asker=TEACHER), jobs.start(endless, "second", asker=TEACHER)
    wait_for(lambda: status(first) == "running")
    jobs.stop(second, asker=TEACHER)
    assert jobs.waiting() == []
    assert status(second) == "interrupted"
    assert status(first) == "running"


def test_a_killed_worker_is_replaced_and_its_run_can_resume(jobs, endless):
    run = jobs.start(endless, "x", asker=TEACHER)
    wait_for(run.state.exists)
    os.kill(json.loads((run.path / "worker.json").read_text())["process"], signal.SIGKILL)
    wait_for(lambda: status(run) == "interrupted")
    saved = load_state(run.state).epoch
    assert saved >= 1
    jobs.resume(run, asker=TEACHER)
    wait_for(lambda: len(run.history().epochs) > saved)
    assert run.history().started.epoch == saved


def test_a_worker_that_dies_at_once_is_not_tried_for_ever(runs, tiny):
    jobs = Jobs(runs, LocalWorkers(2, [sys.executable, "-c", "raise SystemExit"]))
    try:
        run = jobs.start(tiny, "x", asker=TEACHER)
        wait_for(lambda: status(run) == "interrupted")
    finally:
        jobs.close()


def test_a_run_outlives_its_server_and_the_next_server_sees_it(runs, endless, tiny):
    code = f"""
import time
from pathlib import Path
from mnist_core.asker import TEACHER
from mnist_core.config import TrainConfig
from mnist_core.jobs.machine import write_measured
from mnist_core.jobs.scheduler import Jobs
from mnist_core.jobs.worker_process import LocalWorkers
jobs = Jobs(Path({str(runs)!r}), LocalWorkers(2))
jobs.start(TrainConfig.from_dict({endless.to_dict()!r}), "first", asker=TEACHER)
jobs.start(TrainConfig.from_dict({tiny.to_dict()!r}), "second", asker=TEACHER)
time.sleep(600)
"""
    server = subprocess.Popen([sys.executable, "-c", code])
    wait_for(lambda: runs.exists() and len(list(runs.glob("*/events.jsonl"))) == 1, server)
    server.kill()
    server.wait()
    jobs = Jobs(runs, LocalWorkers(2))
    try:
        running = jobs.active()
        wait_for(lambda: {status(run) for run in running} == {"running", "queued"})
        alive = next(run for run in running if status(run) == "running")
        steps = alive.history().step
        wait_for(lambda: alive.history().step > steps)
        time.sleep(1.2)  # two looks of the dispatcher: the place is taken, so the other must go on waiting
        assert len(jobs.waiting()) == 1
        jobs.stop(alive, asker=TEACHER)
        waiting = next(run for run in running if run != alive)
        wait_for(lambda: status(waiting) == "finished")
    finally:
        jobs.close()


@pytest.mark.parametrize("seconds", [3, -3600])
def test_a_system_clock_that_is_set_leaves_a_training_running_and_obedient(jobs, endless, monkeypatch, seconds):
    run = jobs.start(endless, "x", asker=TEACHER)
    wait_for(lambda: status(run) == "running" and run.history().steps)
    now, born = time.time, psutil.Process.create_time
    monkeypatch.setattr(time, "time", lambda: now() + seconds)
    # The system tells when a process was started by its clock, as it is set by then.
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: born(process) + seconds)
    assert status(run) == "running"
    assert [entry.run for entry in index_of(run.path.parent).look(oldest=0.0).active] == [run]
    jobs.pause(run, asker=TEACHER)
    assert status(run) == "paused"
    jobs.resume(run, asker=TEACHER)
    assert status(run) == "running"
    jobs.stop(run, asker=TEACHER)
    wait_for(lambda: status(run) == "stopped")


def test_of_two_servers_on_one_folder_one_executes_each_run(runs, tiny):
    waiting = [create_run(tiny, "x", asker=TEACHER) for _ in range(12)]
    for run in waiting:
        run.enqueue(asker=TEACHER)
    code = f"""
import sys
from mnist_core.jobs.scheduler import Jobs
from mnist_core.jobs.worker_process import LocalWorkers
jobs = Jobs({str(runs)!r}, LocalWorkers(2))
sys.stdin.read()
jobs.close()
"""
    servers = [subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) for _ in range(2)]
    try:
        wait_for(lambda: all(status(run) == "finished" for run in waiting), seconds=240)
    finally:
        for server in servers:
            server.communicate()
    executed = [run.journal.read_bytes().count(b'"kind": "started"') for run in waiting]
    assert executed == [1] * len(waiting)


def test_a_run_that_another_server_s_worker_has_is_stopped_and_not_called_off(waiting_room, tiny):
    run = waiting_room.start(tiny, "x", asker=TEACHER)
    with run.lock():  # it is loading the data, and the run still waits
        waiting_room.stop(run, asker=TEACHER)
        assert run.control.command() == "stop"
    assert waiting_room.under_way(index_of(run.path.parent).look(oldest=0.0)).waiting


@pytest.fixture
def waiting_room(runs, monkeypatch):
    """Jobs that hand out nothing by themselves."""
    monkeypatch.setattr(Jobs, "_dispatch", lambda self: None)
    jobs = Jobs(runs, LocalWorkers(8))
    yield jobs
    jobs.close()


def test_all_who_watch_the_queue_share_one_look_at_the_folder(waiting_room, tiny, monkeypatch):
    runs = [waiting_room.start(tiny, "x", asker=TEACHER) for _ in range(3)]
    looks, real = [], RunIndex._refresh
    monkeypatch.setattr(RunIndex, "_refresh", lambda self: looks.append(self) or real(self))
    now = time.monotonic()
    monkeypatch.setattr(index, "time", SimpleNamespace(monotonic=lambda: now))
    for _ in range(50):
        assert waiting_room.active() == waiting_room.waiting() == runs
    assert len(looks) <= 1


def test_a_seat_has_three_runs_under_way_at_most(waiting_room, tiny):
    mine = [waiting_room.start(tiny, "x", asker=seat_of("me")) for _ in range(3)]
    with pytest.raises(QuotaError, match="3 runs under way already"):
        waiting_room.start(tiny, "x", asker=seat_of("me"))
    assert len(list_runs()) == 3, "what is refused leaves nothing behind"
    waiting_room.start(tiny, "x", asker=seat_of("other"))
    for _ in range(4):
        waiting_room.start(tiny, "x", asker=TEACHER)
    waiting_room.stop(mine[1], asker=TEACHER)
    waiting_room.start(tiny, "x", asker=seat_of("me"))
    with pytest.raises(QuotaError, match="3 runs under way already"):
        waiting_room.resume(mine[1], asker=seat_of("me"))


def test_who_is_queued_later_waits_longer_whatever_the_clock_says(waiting_room, tiny, monkeypatch):
    first, now = waiting_room.start(tiny, "x", asker=TEACHER), time.time()
    for seconds in (-3600, 3600, -7200):
        monkeypatch.setattr(time, "time", lambda: now + seconds)  # noqa: B023
        waiting_room.start(tiny, "x", asker=TEACHER)
    waiting = waiting_room.waiting()
    assert waiting[0] == first
    assert [run.queue_number() for run in waiting] == [first.queue_number() + place for place in range(4)]
    first.dequeue(asker=TEACHER)
    first.enqueue(asker=TEACHER)
    assert waiting_room.waiting() == [*waiting[1:], first]


def test_two_who_resume_a_run_at_once_queue_it_once(waiting_room, tiny, monkeypatch):
    run = waiting_room.start(tiny, "x", asker=TEACHER)
    waiting_room.stop(run, asker=TEACHER)
    history = run.history()
    monkeypatch.setattr(Run, "history", lambda run: time.sleep(0.2) or history)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(waiting_room.resume, run, asker=TEACHER) for _ in range(2)]
    refused = [one.exception() for one in asked if one.exception()]
    assert len(refused) == 1
    assert "is queued: only a paused" in str(refused[0])


def test_one_run_of_each_seat_is_handed_out(waiting_room, tiny):
    names = ("me", "me", "other", "", "", "other")
    runs = [waiting_room.start(tiny, "x", asker=seat_of(name) if name else TEACHER) for name in names]
    assert one_each(waiting_room.under_way(index_of().look(oldest=0.0))) == [runs[0], runs[2], runs[3], runs[4]]
    with runs[0].lock():
        runs[0].dequeue(asker=TEACHER)
        assert one_each(waiting_room.under_way(index_of().look(oldest=0.0))) == [runs[2], runs[3], runs[4]]


def test_repetitions_count_as_one_run_train_one_by_one_and_go_last(waiting_room, tiny):
    first = waiting_room.start(tiny, "x", asker=seat_of("me"))
    made = waiting_room.repeat(first, 5, asker=seat_of("me"))
    later = waiting_room.start(tiny, "x", asker=seat_of("other"))
    assert waiting_room.waiting() == [first, later, *made]
    first.dequeue(asker=TEACHER)
    assert one_each(waiting_room.under_way(index_of().look(oldest=0.0))) == [later, made[0]]
    for _ in range(2):
        waiting_room.start(tiny, "x", asker=seat_of("me"))
    with pytest.raises(QuotaError, match="3 runs under way already"):
        waiting_room.start(tiny, "x", asker=seat_of("me"))
    with pytest.raises(QuotaError, match="3 runs under way already"):
        waiting_room.repeat(later, 3, asker=seat_of("me"))
    assert len(waiting_room.repeat(later, 3, asker=seat_of("other"))) == 3


def test_a_run_that_has_ended_is_given_more_epochs(waiting_room, tiny):
    run = waiting_room.start(tiny.replace(schedule="cosine"), "x", steps_per_second=2, asker=TEACHER)
    assert run.control.steps_per_second() == 2
    with pytest.raises(RunError, match="is queued: it can be given more epochs when it has finished or is stopped"):
        waiting_room.extend(run, asker=TEACHER)
    run.dequeue(asker=TEACHER)
    for event in (started(), epoch(1), epoch(2), Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=9.0)):
        run.append(event)
    waiting_room.extend(run, asker=TEACHER)
    assert status(run) == "queued"
    assert run.config() == tiny.replace(schedule="cosine", epochs=3, schedule_epochs=2)
    record = json.loads((run.path / "config.json").read_text())
    assert record["first_config"]["epochs"] == 2
    run.dequeue(asker=TEACHER)
    waiting_room.extend(run, asker=TEACHER)  # called off before it began: as if it had not been asked for
    assert run.config().epochs == 3
    run.dequeue(asker=TEACHER)
    with pytest.raises(RunError, match="cannot be given more epochs: epochs must be"):
        waiting_room.extend(run, 1000, asker=TEACHER)
    assert run.config().epochs == 3


def test_more_epochs_take_a_place_of_who_asks_for_them(waiting_room, tiny):
    me = seat_of("me")
    ended = create_run(tiny, "x", asker=me)
    for event in (started(), epoch(1), epoch(2), Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=9.0)):
        ended.append(event)
    for _ in range(3):
        waiting_room.start(tiny, "x", asker=me)
    with pytest.raises(QuotaError, match="3 runs under way already"):
        waiting_room.extend(ended, asker=me)
    assert ended.config() == tiny, "what is refused changes nothing"
    waiting_room.extend(ended, asker=TEACHER)
    assert ended.config().epochs == 3


def test_a_run_that_was_set_aside_gets_in_line_again_or_is_called_off(waiting_room, tiny):
    run = waiting_room.start(tiny, "x", asker=TEACHER)
    run.dequeue(asker=TEACHER)
    run.control.request("pause", asker=TEACHER)
    run.set_aside()
    assert waiting_room.active() == [], "it takes no place, and counts for nobody"
    waiting_room.resume(run, asker=TEACHER)
    assert waiting_room.waiting() == [run]
    run.dequeue(asker=TEACHER)
    run.control.request("pause", asker=TEACHER)
    assert run.status(run.history()) == "interrupted", "a worker that is killed in the next pause sets nothing aside"
    run.set_aside()
    waiting_room.stop(run, asker=TEACHER)
    assert run.status(run.history()) == "interrupted"
