"""The command `machine`, and what the command line says of a machine before a run; nothing is timed here."""

import sys

import pytest

from mnist_core.__main__ import main
from mnist_core.jobs import machine
from mnist_core.jobs.machine import write_measured
from tests.support.machine import measured

SECONDS = {
    (1, "float32"): (0.010, 0.011),
    (1, "bfloat16"): (0.008, 0.0125),
    (2, "float32"): (0.006, 0.012),
    (2, "bfloat16"): (0.0059, 0.013),
}
MEASURE = """
from mnist_core.jobs.machine import write_measured
from tests.support.machine import measured
write_measured(measured(load=7.0))
"""


@pytest.fixture
def measuring(monkeypatch):
    """A measurement that takes no time and finds a load of 7."""
    monkeypatch.setattr(machine, "_MEASURE", (sys.executable, "-c", MEASURE))


def test_it_shows_what_was_measured_and_what_a_run_takes(machine_file, capsys, monkeypatch):
    monkeypatch.setattr(machine, "cores", lambda: 2)
    monkeypatch.setattr(machine, "processor", lambda: "Epyc")
    write_measured(measured(SECONDS))
    assert main(["machine"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Epyc, 2 cores, torch ")
    assert str(machine_file) in told
    assert "other programs" not in told
    rows = [line.split() for line in told.splitlines()]
    assert ["2", "bfloat16", *["5.90", "13.00"] * 3] in rows
    said = [" ".join(row) for row in rows]
    assert "notebook command line 2 threads (1.67 × as fast as 1), float32 (bfloat16 would be 1.02 × as fast)" in said
    assert "best app 1 thread (2 would be 0.92 × as fast), float32 (bfloat16 would be 0.88 × as fast)" in said


def test_it_measures_where_nothing_is_known_and_when_it_is_told_to(machine_file, capsys, measuring):
    assert main(["machine"]) == 0
    assert "load of 0.1" in capsys.readouterr().out
    assert main(["machine", "--measure"]) == 0
    told = capsys.readouterr().out
    assert "load of 7.0" in told
    assert "other programs were at work then" in told  # one thread alone is known
    machine_file.write_text("damaged")
    assert main(["machine"]) == 0
    assert "load of 7.0" in capsys.readouterr().out


def test_what_cannot_be_measured_is_a_sentence(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DIGIT_LAB_MACHINE", str(tmp_path / "file" / "machine.json"))
    assert main(["machine"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: this machine cannot be measured")
    assert error.count("\n") == 1


def test_a_run_says_that_the_machine_is_measured_first_and_a_second_one_need_not(machine_file, runs, capsys, measuring):
    machine_file.unlink()
    train = ["train", "--preset", "underfit", "--train-size", "200", "--validation-size", "0", "--epochs", "1"]
    assert main(train) == 0
    told = capsys.readouterr()
    assert "measuring what is fastest on this machine, once" in told.err
    assert "float32 (bfloat16 would be 0.50 × as fast)" in told.out
    assert main(train) == 0
    assert "measuring" not in capsys.readouterr().err
