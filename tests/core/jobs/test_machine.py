"""What is kept of a machine: read, written, and measured once, by a process that these tests stand in for."""

import dataclasses
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core.jobs import machine
from mnist_core.jobs.machine import measure_once, read_measured, this_machine, write_measured
from tests.support.machine import measured

FAKE = """
from mnist_core.jobs.machine import write_measured
from mnist_core.paths import machine_file
from tests.support.machine import measured
with (machine_file().parent / "measurements").open("a") as log:
    log.write("once ")
write_measured(measured(load=7.0))
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "_MEASURE", (sys.executable, "-c", FAKE))
    monkeypatch.setenv("DIGIT_LAB_MACHINE", str(tmp_path / "runs" / "machine.json"))
    return tmp_path / "runs" / "machine.json"


def times(file):
    return len((file.parent / "measurements").read_text().split())


def test_what_is_kept_is_read_back(file):
    write_measured(measured())
    assert read_measured() == measured()


def test_a_machine_is_measured_once(file):
    assert measure_once() == measured(load=7.0)
    assert measure_once() == measured(load=7.0)
    assert times(file) == 1
    assert measure_once(again=True) == measured(load=7.0)
    assert times(file) == 2


def test_a_file_named_from_the_current_folder_is_written_there(file, monkeypatch):
    file.parent.mkdir()
    monkeypatch.chdir(file.parent)
    monkeypatch.setenv("DIGIT_LAB_MACHINE", file.name)
    assert measure_once() == measured(load=7.0)
    assert file.exists()


def test_of_several_at_once_one_measures(file):
    with ThreadPoolExecutor(3) as callers:
        found = list(callers.map(lambda _: measure_once(), range(3)))
    assert found == [measured(load=7.0)] * 3
    assert times(file) == 1


@pytest.mark.parametrize(
    "change", [{"processor": "another"}, {"cores": 999}, {"torch": "0.1"}], ids=lambda change: next(iter(change))
)
def test_another_machine_or_version_is_measured_anew_and_the_first_stays_kept(file, change):
    other = measured(machine=dataclasses.replace(this_machine(), **change))
    write_measured(other)
    assert read_measured() is None
    assert measure_once() == measured(load=7.0)
    assert read_measured(other.machine) == other


def test_another_device_is_measured_anew(file):
    write_measured(measured(device="cuda"))
    assert measure_once() == measured(device="cuda")
    assert measure_once("cpu") == measured(load=7.0)


def damaged():
    record = json.dumps({"machines": [dataclasses.asdict(measured())]})
    yield "cut", record[: len(record) // 2]
    yield "other", '{"machines": 5}'
    yield "list", "[]"
    yield "no timings", json.dumps({"machines": [dataclasses.asdict(measured(timings=()))]})
    yield "negative", record.replace("1.0", "-1.0")
    yield "text", record.replace("1.0", '"fast"')
    yield "format", record.replace("bfloat16", "float8")
    yield "nested", "[" * 100_000


@pytest.mark.parametrize("text", [text for _, text in damaged()], ids=[name for name, _ in damaged()])
def test_a_damaged_file_is_measured_anew(file, text):
    file.parent.mkdir()
    file.write_text(text)
    assert read_measured() is None
    assert measure_once() == measured(load=7.0)


@pytest.mark.parametrize("code", ["raise SystemExit(1)", ""], ids=["it fails", "it keeps nothing"])
def test_what_cannot_be_measured_is_nothing_known(file, monkeypatch, code):
    monkeypatch.setattr(machine, "_MEASURE", (sys.executable, "-c", code))
    assert measure_once() is None


def test_a_file_that_cannot_be_written_is_nothing_known(file):
    file.parent.touch()
    assert measure_once() is None


def test_a_failed_second_measurement_is_no_answer(file, monkeypatch):
    write_measured(measured())
    monkeypatch.setattr(machine, "_MEASURE", (sys.executable, "-c", "raise SystemExit(1)"))
    assert measure_once(again=True) is None
    assert measure_once() == measured(), "what was kept stays"
