"""How OpenMP's threads wait, as OpenMP itself tells it when it is loaded."""

import os
import re
import subprocess
import sys

import pytest

from mnist_core.jobs.machine import measure_once
from mnist_core.openmp import SET_BY_HAND, SLEEP, SPIN, let_spin, set_wait_policy
from mnist_core.paths import PROJECT

PROCESSES = {
    "the worker": "import mnist_core.jobs.worker",
    "the command line": "from mnist_core.cli import train; import mnist_core.cli.progress",
    "the server": "import app, torch",
    "the analysis worker": "import mnist_core.explore.analysis_worker",
    "the measurement": "import mnist_core.jobs.machine_measurement",
    "a benchmark": "import benchmarks.training",
    "a test": "import tests.conftest, torch",
}


def told_by_openmp(code, **environment):
    """Return the settings with which OpenMP was loaded in a new process."""
    kept = {name: value for name, value in os.environ.items() if name not in SET_BY_HAND}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=kept | {"OMP_DISPLAY_ENV": "VERBOSE"} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    # scikit-learn brings a second libgomp along, which tells the same.
    return dict(re.findall(r"(\w+) ?= ?'(\w+)'", done.stderr))


@pytest.mark.parametrize("code", PROCESSES.values(), ids=PROCESSES.keys())
def test_every_process_that_computes_loads_openmp_with_our_wait_policy(code):
    told = told_by_openmp(code)
    assert told["GOMP_SPINCOUNT"] == SLEEP["GOMP_SPINCOUNT"]
    assert told["OMP_WAIT_POLICY"].lower() == SLEEP["OMP_WAIT_POLICY"]


def test_a_wait_policy_set_by_hand_is_not_overruled():
    told = told_by_openmp(PROCESSES["the worker"], OMP_WAIT_POLICY="active")
    assert told["OMP_WAIT_POLICY"].lower() == "active"
    assert int(told["GOMP_SPINCOUNT"]) > 1_000_000_000


@pytest.mark.parametrize("name", SET_BY_HAND)
def test_one_variable_set_by_hand_leaves_the_others_alone(name):
    environment = {name: "7"}
    set_wait_policy(environment)
    assert environment == {name: "7"}


def test_threads_of_a_training_at_the_command_line_spin(tmp_path):
    changes = ["--epochs", "1", "--train-size", "100", "--validation-size", "100", "--threads", "2"]
    arguments = ["train", "--preset", "notebook", *changes, "--runs", str(tmp_path)]
    told = told_by_openmp(f"from mnist_core.__main__ import main; main({arguments})")
    assert told["GOMP_SPINCOUNT"] == SPIN["GOMP_SPINCOUNT"]


def test_threads_spin_in_the_measurement_of_a_machine(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGIT_LAB_MACHINE", str(tmp_path / "machine.json"))
    for name, value in SLEEP.items():
        monkeypatch.setenv(name, value)
    given = []
    monkeypatch.setattr(subprocess, "run", lambda *_, env, **__: given.append(env))
    measure_once()
    assert [SPIN.items() <= environment.items() for environment in given] == [True]


@pytest.mark.parametrize("environment", [{}, {"OMP_WAIT_POLICY": "active"}, SLEEP | {"KMP_BLOCKTIME": "7"}])
def test_only_threads_that_we_let_sleep_are_let_spin(environment):
    changed = dict(environment)
    let_spin(changed)
    assert changed == environment
    changed = dict(SLEEP)
    let_spin(changed)
    assert changed == SPIN
