"""The command `sweep`: what it refuses, and a small real one, killed and gone on with."""

import os
import signal
import subprocess
import sys

import pytest

from mnist_core.__main__ import main
from mnist_core.paths import PROJECT
from mnist_core.runs.store import list_runs
from mnist_core.sweeps.study import Study
from mnist_core.sweeps.sweep import list_sweeps
from tests.support.waiting import wait_for

SMALL = ["--filters", "4", "--kernel-sizes", "3", "--batch-size", "50", "--epochs", "1"]
SMALL += ["--train-size", "500", "--validation-size", "200"]
COMMAND = [sys.executable, "-m", "mnist_core", "sweep"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "a sweep varies at least one field"),
        (["--vary", "learning_rate=5"], "2 to 50 different values, received 1"),
        (["--vary", "learning_rate=0.1..50"], "from 1e-06 to 10"),
        (["--vary", "nothing=1,2"], "there is no field 'nothing' to vary"),
        (["--vary", "batch_size=32,64", "--runs", "5000"], "from 0 to 1,000, received '5000'"),
        (["--vary", "batch_size=32,64", "--preset", "notebook"], "raise validation_size"),
        (["--vary", "learning_rate=0.1..1", "--way", "grid", "--levels", "9", "--runs", "8"], "the grid has 9 points"),
        (["--vary", "batch_size=32,64", "--objective", "drawings"], "there are no drawings to measure on"),
        (["--resume", "sweep-x"], "there is no sweep 'sweep-x'"),
        (["--resume", "sweep-x", "--runs", "3"], "--resume goes on with the sweep's own settings"),
    ],
)
def test_bad_input_is_one_line_and_begins_nothing(arguments, said, runs, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path / "collection"))
    try:
        code = main(["sweep", *arguments])
    except SystemExit as end:
        code = end.code
    error = capsys.readouterr().err
    assert code == 2
    assert said in error
    assert error.count("\n") == 1
    assert list_runs(runs) == []
    assert list_sweeps(runs) == []


def test_a_killed_sweep_goes_on_and_measures_the_best_again(runs):
    environment = {**os.environ, "DIGIT_LAB_RUNS": str(runs)}
    vary = ["--vary", "learning_rate=0.0001,0.01,0.03,0.1", "--way", "grid", "--no-pruning", *SMALL]
    first = subprocess.Popen([*COMMAND, *vary], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)
    wait_for(lambda: list_sweeps(runs) and list_runs(runs) and list_runs(runs)[0].history().started)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    (sweep,) = list_sweeps(runs)
    assert sweep.status() == "running"
    again = [*COMMAND, "--resume", sweep.id, "--check", "3"]
    done = subprocess.run(again, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    points = Study(sweep).points()
    assert [point.state for point in points] == ["measured"] * 4
    assert len(list_runs(runs)) == 4 + 2 * 3
    assert all(run.status(run.history()) == "finished" for run in list_runs(runs))
    assert all(run.group() == sweep.id for run in list_runs(runs))
    worst = min(points, key=lambda point: point.score)
    assert worst.values["learning_rate"] == 0.0001
    assert "All 4 points of the grid have been looked at." in done.stdout
    assert "1. " in done.stdout
    assert "partly luck" in done.stdout
    assert "With 3 new seeds" in done.stdout
