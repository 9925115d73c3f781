"""Optuna's study in a sweep's directory: proposals, the journal after a crash, pruning, importance."""

import errno
import multiprocessing
import os
import shutil

import pytest

from mnist_core.asker import TEACHER
from mnist_core.errors import SweepError
from mnist_core.sweeps.study import Study
from mnist_core.sweeps.sweep import Sweep, create_sweep
from tests.support.disks import refusing
from tests.support.sweeps import RATE, accuracy, settings


@pytest.fixture
def sweep(runs):
    return create_sweep(settings(), runs, asker=TEACHER)


def measure(study, chosen, count):
    for _ in range(count):
        point = study.propose()
        study.close(point, "measured", score=accuracy(chosen.config_of(point.values)))


@pytest.mark.parametrize("way", ["random", "tpe", "grid"])
def test_the_same_points_are_proposed_in_whatever_process(runs, way):
    chosen = settings(way=way, runs=40)
    sweep = create_sweep(chosen, runs, asker=TEACHER)
    measure(Study(sweep), chosen, 12)
    copy = shutil.copytree(sweep.path, runs / "copy")
    first, second = Study(sweep).propose(), Study(Sweep(copy)).propose()
    assert first == second
    values = [tuple(point.values.values()) for point in Study(sweep).points()]
    assert len(set(values)) == len(values)


def test_a_grid_looks_at_every_combination_once(runs):
    chosen = settings(way="grid", levels=4, runs=40)
    study = Study(create_sweep(chosen, runs, asker=TEACHER))
    measure(study, chosen, chosen.grid_size)
    found = {(point.values["learning_rate"], point.values["batch_size"]) for point in study.points()}
    assert found == {(rate, size) for rate in chosen.grid["learning_rate"] for size in (32, 64, 128)}


def test_tpe_comes_nearer_to_the_best_point_than_chance(runs):
    near = {}
    for way in ("random", "tpe"):
        chosen = settings(RATE, way=way, runs=40)
        study = Study(create_sweep(chosen, runs, asker=TEACHER))
        measure(study, chosen, 30)
        near[way] = sum(0.015 < point.values["learning_rate"] < 0.06 for point in study.points())
    assert near["tpe"] >= 1.4 * near["random"]


def test_what_is_noted_of_a_point_is_read_by_others(sweep):
    study = Study(sweep)
    study.note(study.propose(), runs=("a", "b"), accuracies=(0.5,), seconds=(1.5,), resumed=1)
    (point,) = Study(sweep).points()
    assert (point.state, point.runs, point.accuracies, point.seconds) == ("running", ("a", "b"), (0.5,), (1.5,))
    assert point.resumed == 1
    study.close(point, "impossible", note="Too small.")
    (point,) = Study(sweep).points()
    assert (point.state, point.note, point.score) == ("impossible", "Too small.", None)


def test_a_line_that_was_cut_off_is_dropped_and_the_rest_kept(sweep):
    study = Study(sweep)
    measure(study, settings(), 3)
    with sweep.journal.open("ab") as file:
        file.write(b'{"op_code":5,"worker')
    assert len(Study(sweep).points()) == 3
    study.propose()  # the very study that was open meanwhile
    assert [point.state for point in Study(sweep).points()] == [*(["measured"] * 3), "running"]


def test_a_proposal_that_is_not_written_whole_yet_is_no_point(sweep):
    study = Study(sweep)
    first = study.propose()
    study.close(first, "measured", score=0.5)
    known = len(sweep.journal.read_bytes().splitlines())
    study.propose()
    lines = sweep.journal.read_bytes().splitlines(keepends=True)
    assert len(lines) > known + 2, "a trial, and a line for each of its fields"
    for count in range(known, len(lines)):
        sweep.journal.write_bytes(b"".join(lines[:count]))
        assert [point.number for point in Study(sweep).points()] == [0]
    sweep.journal.write_bytes(b"".join(lines))
    assert [point.number for point in Study(sweep).points()] == [0, 1]


def test_a_damaged_journal_is_a_sentence(sweep):
    measure(Study(sweep), settings(), 1)
    sweep.journal.write_bytes(b"no journal\n" + sweep.journal.read_bytes())
    with pytest.raises(SweepError, match="is damaged"):
        Study(sweep)


def test_a_full_disk_is_a_sentence_and_what_was_recorded_stays(sweep, runs):
    study = Study(sweep)
    measure(study, settings(), 2)
    with refusing(runs, errno.ENOSPC), pytest.raises(SweepError, match="No space left"):
        study.propose()
    measure(study, settings(), 1)
    assert len(Study(sweep).points()) == 3


def hold_lock_and_die(journal):
    from mnist_core.sweeps.study import JournalLock

    JournalLock(journal).acquire()
    os._exit(0)


def test_a_killed_process_leaves_no_lock_behind(sweep):
    study = Study(sweep)
    process = multiprocessing.get_context("spawn").Process(target=hold_lock_and_die, args=(sweep.journal,))
    process.start()
    process.join()
    study.propose()
    assert len(study.points()) == 1


def test_a_run_in_the_worse_half_is_hopeless(sweep):
    study = Study(sweep)
    first, second, third = (study.propose() for _ in range(3))
    assert not study.report(first, {10: 9.0}), "nothing is compared before a quarter"
    assert not study.report(first, {30: 1.0})
    assert study.report(second, {26: 2.0})
    assert not study.report(third, {26: 0.5})
    assert study.report(third, {55: float("inf")}) is False, "the only one that has come so far"


def test_what_matters_is_told_once_there_are_enough_points(runs):
    chosen = settings(RATE, "batch_size=32,128", runs=40)
    study = Study(create_sweep(chosen, runs, asker=TEACHER))
    measure(study, chosen, 7)
    assert study.importance() is None
    measure(study, chosen, 20)
    importance = study.importance()
    assert list(importance) == ["learning_rate", "batch_size"]
    assert importance["learning_rate"] > 0.8
    assert sum(importance.values()) == pytest.approx(1.0)
