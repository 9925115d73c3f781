"""How OpenMP's threads wait, as OpenMP itself tells it when it is loaded."""

import os
import re
import subprocess
import sys

import pytest

from mnist_core.openmp import SET_BY_HAND, WAIT_POLICY, set_wait_policy
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
    assert told["GOMP_SPINCOUNT"] == WAIT_POLICY["GOMP_SPINCOUNT"]
    assert told["OMP_WAIT_POLICY"].lower() == WAIT_POLICY["OMP_WAIT_POLICY"]


def test_a_wait_policy_set_by_hand_is_not_overruled():
    told = told_by_openmp(PROCESSES["the worker"], OMP_WAIT_POLICY="active")
    assert told["OMP_WAIT_POLICY"].lower() == "active"
    assert int(told["GOMP_SPINCOUNT"]) > 1_000_000_000


@pytest.mark.parametrize("name", SET_BY_HAND)
def test_one_variable_set_by_hand_leaves_the_others_alone(name):
    environment = {name: "7"}
    set_wait_policy(environment)
    assert environment == {name: "7"}
