"""The process that trains: what it waits for, measures and leaves."""

import os
import subprocess
import sys
import threading

import pytest

from mnist_core.asker import TEACHER
from mnist_core.errors import RunLockedError
from mnist_core.jobs import machine, worker
from mnist_core.jobs.choice import Threads
from mnist_core.jobs.machine import write_measured
from mnist_core.jobs.worker import _carry_out_if_queued, main
from mnist_core.runs.store import create_run
from tests.support.machine import measured
from tests.support.waiting import wait_for


@pytest.mark.parametrize("taken", [True, False])
def test_a_worker_waits_for_another_one_that_has_the_run_to_take_it_or_to_be_killed(runs, tiny, taken, monkeypatch):
    run, tried = create_run(tiny, "x", asker=TEACHER), []

    def carry_out(*_, **__):
        tried.append(run.is_alive())
        if run.is_alive():
            raise RunLockedError

    monkeypatch.setattr(worker, "_carry_out", carry_out)
    run.enqueue(asker=TEACHER)
    with run.lock():
        waiting = threading.Thread(target=_carry_out_if_queued, args=(run, Threads(most=1)))
        waiting.start()
        wait_for(lambda: len(tried) > 2)
        if taken:
            run.dequeue(asker=TEACHER)
            waiting.join(60)
    waiting.join(60)
    assert not waiting.is_alive()
    assert tried.count(False) == (0 if taken else 1)


def test_a_waiting_worker_ends_with_its_input(runs, tiny):
    command = [sys.executable, "-m", "mnist_core.jobs.worker", "--threads", "1"]
    run = create_run(tiny, "x", asker=TEACHER)
    run.enqueue(asker=TEACHER)
    bad = runs / "nowhere"
    lines = f"{bad}\n{run.path}\n".encode()
    done = subprocess.run(command, input=lines, check=False, timeout=300, stderr=subprocess.DEVNULL)
    assert done.returncode == 0
    assert run.status(run.history()) == "finished", "a bad directory before it does not keep it from being trained"
    assert not bad.exists()
    assert os.path.getsize(run.path / "worker.log") == 0


def test_a_worker_measures_before_its_first_run(machine_file, runs, tiny, monkeypatch):
    write_measured(measured({(1, "float32"): (2.0, 2.0), (1, "bfloat16"): (1.0, 1.0)}))
    kept = machine_file.read_bytes()
    machine_file.unlink()
    run = create_run(tiny, "x", asker=TEACHER)
    monkeypatch.setattr(
        machine, "_MEASURE", (sys.executable, "-c", f"open({str(machine_file)!r}, 'wb').write({kept!r})")
    )
    monkeypatch.setattr("sys.argv", ["worker", str(run.path)])
    monkeypatch.setattr("mnist_core.jobs.worker.LOG", os.devnull)
    error = os.dup(2)
    try:
        main()
    finally:
        os.dup2(error, 2)
    assert run.history().started.precision == "bfloat16"
