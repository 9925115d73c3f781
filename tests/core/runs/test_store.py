import math
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.asker import TEACHER
from mnist_core.config import TrainConfig
from mnist_core.errors import RunError
from mnist_core.event_json import to_json
from mnist_core.events import Diverged, Failed, Finished, Stopped, Validation
from mnist_core.runs.event_log import EventReader
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, find_run, list_runs
from tests.support.events import epoch, inspection, rate_changed, started, step

LINES = [to_json(e).encode() + b"\n" for e in (started(), step(1), step(5), step(10), epoch(1))]


def test_a_run_records_its_configuration(runs, tiny):
    run = create_run(tiny, "My Preset!", asker=TEACHER)
    assert run.config() == tiny
    assert run.description()["name"] == "My Preset!"
    assert "my-preset" in run.id
    assert find_run(run.id) == run
    assert list_runs() == [run]


def test_runs_are_listed_newest_first_and_strangers_are_passed_over(runs, tiny):
    assert list_runs() == []
    for name in ("20250101-b", "20260101-a"):
        (runs / name).mkdir(parents=True)
        (runs / name / "config.json").write_text("{}")
    (runs / "empty").mkdir()
    (runs / ".hidden").mkdir()
    assert [run.id for run in list_runs()] == ["20260101-a", "20250101-b"]


@pytest.mark.parametrize("name", ["", "..", "../x", "/{tmp_path}/x", "A", "a/b"])
def test_a_path_that_leads_to_a_run_by_another_way_is_no_name_of_one(runs, name, tmp_path):
    name = name.replace("/{tmp_path}", str(tmp_path))
    (runs / name).mkdir(parents=True, exist_ok=True)
    (runs / name / "config.json").write_text("{}")
    with pytest.raises(RunError, match="there is no run"):
        find_run(name)


def test_a_name_that_no_run_has_is_a_sentence(runs):
    with pytest.raises(RunError, match="there is no run 'none': it may have been deleted"):
        find_run("none")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"name": "a", "created": "b", "config": {"epochs": -1}}', "\x00", "[" * 100_000]
)
def test_a_config_edited_by_hand_is_a_sentence(runs, tiny, text):
    run = create_run(tiny, "x", asker=TEACHER)
    (run.path / "config.json").write_text(text)
    with pytest.raises(RunError, match=f"the run {run.id} cannot be read"):
        run.config()
    assert run.owner() == ""


def test_an_unwritable_folder_is_a_sentence(tmp_path, monkeypatch, tiny):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(RunError, match=r"cannot be recorded in .*DIGIT_LAB_RUNS"):
        create_run(tiny, "x", blocked / "runs", asker=TEACHER)


def test_the_status_follows_from_lock_control_and_last_event(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    assert run.status(run.history()) == "interrupted"
    run.enqueue(asker=TEACHER)
    assert run.status(run.history()) == "queued"
    run.dequeue(asker=TEACHER)
    run.append(started())
    with run.lock():
        # another process asks, as a page would
        code = f"""
from pathlib import Path
from mnist_core.runs.run import Run
run = Run(Path({str(run.path)!r}))
print(run.status(run.history()))
"""
        ask = [sys.executable, "-c", code]
        assert subprocess.check_output(ask, text=True).strip() == "running"
        run.control.request("pause", asker=TEACHER)
        assert subprocess.check_output(ask, text=True).strip() == "paused"
    assert run.status(run.history()) == "interrupted"
    (run.path / "trainer").write_text("[1, 0]")  # another process has got the number since
    assert run.status(run.history()) == "interrupted"
    for event, status in (
        (Stopped(step=1, epoch=0.1, seconds=1.0), "stopped"),
        (Failed(reason="x"), "failed"),
        (Finished(step=1, test_loss=0.1, test_accuracy=0.9, seconds=1.0), "finished"),
    ):
        run.append(event)
        assert run.status(run.history()) == status


def test_the_epochs_kept_are_those_of_the_worker(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    for name in ("002", "001", "best", "001 (copy)", "1", "²²²"):
        (run.path / f"epoch-{name}.safetensors").touch()
    assert run.epochs() == [1, 2]


def test_an_odd_control_word_means_run(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    assert run.control.command() == "run"
    (run.path / "control").write_text("dance")
    assert run.control.command() == "run"
    run.control.request("stop", asker=TEACHER)
    assert run.control.command() == "stop"


@given(cuts=st.lists(st.integers(0, sum(map(len, LINES))), max_size=6))
def test_a_reader_that_looks_at_any_moments_sees_the_same_in_the_end(cuts, tmp_path_factory):
    run = Run(tmp_path_factory.mktemp("run"))
    reader, content = EventReader(run.journal), b"".join(LINES)
    for cut in sorted(cuts):
        (run.path / "events.jsonl").write_bytes(content[:cut])
        seen = reader.read()
        assert len(seen.steps) + len(seen.epochs) + (seen.started is not None) == content[:cut].count(b"\n")
    (run.path / "events.jsonl").write_bytes(content)
    assert reader.read() == EventReader(run.journal).read()
    assert [s.step for s in reader.history.steps] == [1, 5, 10]
    assert reader.unreadable_lines(under_way=False) == 0


def test_a_line_cut_off_by_a_crash_costs_only_itself(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    (run.path / "events.jsonl").write_bytes(LINES[0] + LINES[1][:-20])
    reader = EventReader(run.journal)
    assert reader.read().steps == []
    assert reader.unreadable_lines(under_way=True) == 0, "it is still being written"
    assert reader.unreadable_lines(under_way=False) == 1
    run.append(step(5))
    assert [s.step for s in reader.read().steps] == [5]
    assert reader.unreadable_lines(under_way=True) == reader.unreadable_lines(under_way=False) == 1
    assert reader.history.started == started()


@given(noise=st.binary(max_size=200))
def test_any_bytes_in_the_record_are_survived(noise, tmp_path_factory):
    run = Run(tmp_path_factory.mktemp("run"))
    (run.path / "events.jsonl").write_bytes(noise + b"\n" + LINES[0])
    assert EventReader(run.journal).read().started == started()


def test_a_replaced_record_is_read_from_its_beginning(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    events = run.path / "events.jsonl"
    events.write_bytes(b"".join(LINES))
    reader = EventReader(run.journal)
    reader.read()
    events.write_bytes(LINES[0] + LINES[1])
    assert [s.step for s in reader.read().steps] == [1]
    assert reader.history.epochs == []


def test_a_reader_before_the_first_event_sees_nothing(runs):
    assert EventReader(create_run(TrainConfig(), "x", asker=TEACHER).journal).read().started is None


def test_many_readers_agree_on_a_run_whose_worker_is_gone(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    with run.lock():
        left_over = (run.path / "trainer").read_text()
    (run.path / "trainer").write_text(left_over)  # as if this process had been killed, and its number were another's
    with ThreadPoolExecutor(8) as readers:
        assert not any(readers.map(lambda _: run.is_alive(), range(200)))


def test_those_who_ask_whether_a_run_is_trained_keep_nobody_from_training_it(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    (run.path / "trainer").write_text("1")  # or nobody would ask for the lock
    asking = threading.Event()

    def ask():
        while not asking.is_set():
            run.is_alive()

    with ThreadPoolExecutor(4) as readers:
        for _ in range(4):
            readers.submit(ask)
        try:
            for _ in range(50):
                with run.lock():
                    assert run.is_alive()
        finally:
            asking.set()


def test_one_process_at_a_time_may_claim_a_run(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    with run.lock(), pytest.raises(RunError, match="already being trained"), run.lock():
        pass
    assert not run.is_alive()
    with run.lock():
        assert run.is_alive()


def test_a_run_is_claimed_as_soon_as_a_killed_process_has_let_go_of_it(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    killed = FileLock(run.path / "lock", thread_local=False)
    killed.acquire()
    threading.Timer(0.3, killed.release).start()
    with run.lock():
        assert not killed.is_locked
        assert run.is_alive()


@given(content=st.one_of(st.binary(max_size=20), st.sampled_from([b"nan", b"inf", b"[" * 100_000])))
def test_any_bytes_in_the_small_files_leave_a_status(content, tmp_path_factory):
    run = Run(tmp_path_factory.mktemp("run"))
    for name in ("queued", "trainer", "control", "config.json", "events.jsonl"):
        (run.path / name).write_bytes(content)
    assert run.queue_number() < math.inf
    assert run.status(run.history()) == "queued"
    assert not run.is_alive()
    assert run.owner() == ""


def test_the_events_that_a_resume_depends_on_are_on_the_disk_when_they_are_recorded(runs, tiny, monkeypatch):
    on_the_disk = []
    run = create_run(tiny, "x", asker=TEACHER)
    monkeypatch.setattr("os.fsync", lambda handle: on_the_disk.append(os.fstat(handle).st_size))
    needed = [started(), epoch(1), rate_changed(10, 2.0)]
    needed += [Stopped(step=10, epoch=1.0, seconds=1.0), Failed(reason="x"), Diverged(reason="x")]
    needed += [Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=2.0)]
    for event in needed:
        on_the_disk.clear()
        run.append(event)
        assert on_the_disk == [run.journal.stat().st_size], event.kind
    on_the_disk.clear()
    for event in (step(5), inspection(5), Validation(step=5, epoch=0.5, loss=1.0, accuracy=0.5, seconds=1.0)):
        run.append(event)
    assert on_the_disk == [], "these only draw curves, and each would cost milliseconds"
