"""Sweeps that are deleted with their runs, and come back."""

import time
from pathlib import Path

import pytest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.errors import NotYoursError, SweepError
from mnist_core.runs.store import list_runs
from mnist_core.storage import atomic
from mnist_core.sweeps import trash
from mnist_core.sweeps.sweep import find_sweep, list_sweeps
from mnist_core.sweeps.sweeps import delete_networks_of, resume, stop
from mnist_core.sweeps.trash import delete, deleted, empty, restore_last
from tests.support.sweeps import begin, carry_out

ME, OTHER = seat_of("me"), seat_of("other")


def ended(runs, asker=ME):
    sweep, jobs, driver = begin(runs, runs=3, asker=asker)
    carry_out(sweep, jobs, driver)
    return sweep


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def test_a_sweep_comes_back_with_its_runs_as_they_were(runs):
    sweep, other = ended(runs), ended(runs, OTHER)
    before = contents(runs)
    delete(sweep, asker=ME)
    assert list_sweeps() == [other]
    assert {run.owner() for run in list_runs()} == {OTHER.seat}
    assert deleted(asker=OTHER) == []
    with pytest.raises(SweepError, match="no deleted sweep is left"):
        restore_last(asker=OTHER)
    assert restore_last(asker=ME) == sweep == find_sweep(sweep.id)
    assert contents(runs) == before


def test_emptying_the_trash_frees_the_disk_of_ones_own(runs):
    mine, others = ended(runs), ended(runs, OTHER)
    for sweep, asker in ((mine, ME), (others, OTHER)):
        delete(sweep, asker=asker)
    assert empty(asker=ME) == 1
    assert [sweep.owner() for sweep in deleted(asker=TEACHER)] == [OTHER.seat]
    assert empty(asker=TEACHER) == 1
    assert not [path for path in contents(runs) if "sweep-" in str(path) or path.name == "events.jsonl"]


def test_nothing_of_anothers_sweep_can_be_changed(runs):
    sweep, jobs, driver = begin(runs, asker=OTHER)
    driver.advance(asker=OTHER)
    before = contents(runs)
    for change in (
        lambda: driver.advance(asker=ME),
        lambda: stop(sweep, jobs, asker=ME),
        lambda: resume(sweep, jobs, asker=ME),
        lambda: delete(sweep, asker=ME),
        lambda: delete_networks_of(sweep, asker=ME),
        lambda: sweep.say("stopped", "Mine.", asker=ME),
    ):
        with pytest.raises(NotYoursError):
            change()
    assert contents(runs) == before


def test_a_sweep_under_way_is_not_deleted(runs):
    sweep, jobs, driver = begin(runs)
    driver.advance(asker=TEACHER)
    with pytest.raises(SweepError, match="is running: stop it"):
        delete(sweep, asker=TEACHER)
    sweep.say("stopped", "It was stopped.", asker=TEACHER)
    with pytest.raises(SweepError, match="have yet to stop"):
        delete(sweep, asker=TEACHER)
    assert jobs.started == list_runs()


def test_deleting_and_bringing_back_write_nothing(runs, monkeypatch):
    sweep = ended(runs)
    monkeypatch.setattr(atomic.os, "fsync", None)
    monkeypatch.setattr(Path, "write_text", None)
    made = set(runs.rglob("*"))
    mkdir = Path.mkdir

    def exists(path, *arguments, **named):
        assert path in made, "nothing new can be made on a full disk"
        mkdir(path, *arguments, **named)

    monkeypatch.setattr(Path, "mkdir", exists)
    delete(sweep, asker=ME)
    restore_last(asker=ME)


def test_only_the_last_ones_of_a_week_are_kept_of_each(runs, monkeypatch):
    made = [ended(runs) for _ in range(trash.KEPT + 1)]
    others = ended(runs, OTHER)
    delete(others, asker=OTHER)
    for sweep in made:
        delete(sweep, asker=ME)
    assert [sweep.owner() for sweep in deleted(asker=TEACHER)] == [ME.seat] * trash.KEPT + [OTHER.seat]
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + 8 * 24 * 3600 * 10**9)
    last = ended(runs)
    delete(last, asker=ME)
    assert len(deleted(asker=TEACHER)) == 1
    assert restore_last(asker=ME) == last
