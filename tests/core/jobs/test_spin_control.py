"""When OpenMP's threads spin and when they sleep, and that they do."""

import os
import subprocess
import sys
import time

import pytest
import torch

from mnist_core.jobs import spin_control
from mnist_core.jobs.spin_control import OtherPrograms, SpinControl
from mnist_core.openmp import SPIN
from mnist_core.paths import PROJECT

LONG_ENOUGH_TO_SLEEP = """
import pathlib, time, torch
from mnist_core.jobs.spin_control import threads_sleep
torch.set_num_threads(2)
large = torch.ones(1 << 18)

def sleeps():
    "How often the second thread has given up its core, in ten sums with a pause after each."
    def count():
        tasks = [path.read_text() for path in pathlib.Path("/proc/self/task").glob("*/status")]
        return sum(int(text.split("voluntary_ctxt_switches:")[1].split()[0]) for text in tasks)
    large.sum()
    before = count()
    for _ in range(10):
        large.sum()
        until = time.perf_counter() + 0.02
        while time.perf_counter() < until: pass
    return count() - before

print(sleeps())
with threads_sleep():
    print(sleeps())
print(sleeps())
"""


@pytest.fixture
def look(monkeypatch):
    """Looks with so many cores taken by other programs, and says whether threads sleep then."""
    for name, value in SPIN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(spin_control, "_SHORTEST", 0)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    taken = []
    with SpinControl(taken.pop) as control:

        def look(cores):
            taken.append(cores)
            control.look()
            return control.sleeps

        yield look
    assert not control.sleeps


def test_threads_sleep_as_soon_as_others_take_a_core_and_spin_when_it_has_been_free_for_a_while(look):
    assert [look(cores) for cores in (0.0, 0.1, 0.2, 0.9, 0.2, 0.1, 0.1, 0.1)] == [False] * 3 + [True] * 5
    assert [look(cores) for cores in (0.2, 0.1, 0.1, 0.1, 0.1, 0.1)] == [True] * 4 + [False] * 2
    assert look(1.0)


def test_where_threads_do_not_spin_nothing_is_measured(look, monkeypatch):
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    assert not look(1.0)
    monkeypatch.setenv("GOMP_SPINCOUNT", SPIN["GOMP_SPINCOUNT"])
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    assert not look(1.0)


def test_what_other_programs_take_is_measured():
    others = OtherPrograms()
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        time.sleep(1.0)
        taken = others()
        busy.kill()
    assert taken > 0.2, "it had a core of ours, or its share of one"


@pytest.mark.skipif(sys.platform != "linux", reason="libgomp is what torch computes with on Linux")
def test_a_waiting_thread_sleeps_in_the_context_and_else_spins():
    environment = os.environ | {"OMP_WAIT_POLICY": "active", "GOMP_SPINCOUNT": "1000000000000"}
    told = subprocess.check_output(
        [sys.executable, "-c", LONG_ENOUGH_TO_SLEEP], env=environment, cwd=PROJECT, text=True
    )
    before, within, after = map(int, told.split())
    assert within >= before + 10
    assert within >= after + 10
