"""What is a seat's is changed by that seat and the teacher alone, and no file that leaves tells whose it was."""

import io
import json
import zipfile

import numpy as np
import pytest

from mnist_core.asker import COMMAND_LINE, TEACHER, seat_of
from mnist_core.errors import NotYoursError, QuotaError
from mnist_core.jobs.scheduler import Jobs
from mnist_core.jobs.worker_process import LocalWorkers
from mnist_core.runs import archive, repetitions, trash
from mnist_core.runs.notes import Notes, write_notes
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, discard
from tests.support.pages import finished_run

MINE, OTHER = seat_of("mine"), seat_of("another")


@pytest.fixture
def room(runs, monkeypatch):
    """Jobs that hand nothing out."""
    monkeypatch.setattr(Jobs, "_dispatch", lambda self: None)
    jobs = Jobs(runs, LocalWorkers(2))
    yield jobs
    jobs.close()


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


CHANGES = {
    "rename": lambda jobs, run, asker: write_notes(run, Notes(title="x"), asker=asker),
    "watch": lambda jobs, run, asker: run.watched.add([np.zeros((28, 28), np.uint8)], asker=asker),
    "rate": lambda jobs, run, asker: run.control.request_rate_factor(0.1, asker=asker),
    "pace": lambda jobs, run, asker: run.control.request_steps_per_second(1, asker=asker),
    "command": lambda jobs, run, asker: run.control.request("stop", asker=asker),
    "enqueue": lambda jobs, run, asker: run.enqueue(asker=asker),
    "dequeue": lambda jobs, run, asker: run.dequeue(asker=asker),
    "extend": lambda jobs, run, asker: jobs.extend(run, asker=asker),
    "resume": lambda jobs, run, asker: jobs.resume(run, asker=asker),
    "pause": lambda jobs, run, asker: jobs.pause(run, asker=asker),
    "stop": lambda jobs, run, asker: jobs.stop(run, asker=asker),
    "delete": lambda jobs, run, asker: trash.delete(run, asker=asker),
    "discard": lambda jobs, run, asker: discard(run, asker=asker),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("owner", [MINE, TEACHER])
def test_nothing_of_anothers_run_can_be_changed(runs, room, tiny, change, owner):
    run = finished_run(tiny, asker=owner)
    before = contents(runs)
    with pytest.raises(NotYoursError, match=rf"the run {run.id} belongs to"):
        CHANGES[change](room, run, OTHER)
    assert contents(runs) == before


@pytest.mark.parametrize("asker", [MINE, TEACHER, COMMAND_LINE])
@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"resume"}))  # one that has finished is not resumed
def test_its_owner_and_the_teacher_can(room, tiny, change, asker):
    CHANGES[change](room, finished_run(tiny, asker=MINE), asker)


def test_a_run_belongs_to_who_starts_it(room, tiny):
    assert room.start(tiny, "x", asker=MINE).owner() == MINE.owner
    assert room.start(tiny, "x", asker=TEACHER).owner() == ""
    assert "mine" not in (room.start(tiny, "x", asker=MINE).path / "config.json").read_text()


def test_the_key_of_a_visitor_in_older_records_is_its_owner(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    record = json.loads((run.path / "config.json").read_text())
    (run.path / "config.json").write_text(json.dumps(record | {"visitor": MINE.seat}))
    assert run.owner() == MINE.seat


def test_repetitions_of_anothers_run_belong_to_who_asks_for_them(runs, room, tiny):
    run = finished_run(tiny, asker=MINE)
    before = contents(run.path)
    assert {made.owner() for made in room.repeat(run, repetitions.FEWEST, asker=OTHER)} == {OTHER.owner}
    assert contents(run.path) == before


def test_more_epochs_are_charged_to_who_asks_for_them(room, tiny):
    """The teacher's "+1 epoch" on a seat's run leaves that seat all of its own runs."""
    run = finished_run(tiny, asker=MINE)
    room.extend(run, asker=TEACHER)
    made = [room.start(tiny, "x", asker=MINE) for _ in range(3)]
    with pytest.raises(QuotaError, match="you have 3 runs under way already"):
        room.start(tiny, "x", asker=MINE)
    room.stop(made[0], asker=MINE)
    room.stop(run, asker=MINE)
    room.extend(run, asker=MINE)
    assert run.charged_to() == MINE.seat
    with pytest.raises(QuotaError, match="you have 3 runs under way already"):
        room.start(tiny, "x", asker=MINE)


def test_an_exported_run_does_not_tell_whose_it_was_and_an_imported_one_is_the_importers(runs, tiny, tmp_path):
    run = finished_run(tiny, asker=MINE)
    record = json.loads((run.path / "config.json").read_text())
    (run.path / "config.json").write_text(json.dumps(record | {"visitor": OTHER.seat}))
    content = archive.pack(run)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        whole = b"".join(packed.read(name) for name in packed.namelist())
    assert MINE.seat.encode() not in whole
    assert OTHER.seat.encode() not in whole
    forged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(forged, "w") as other:
        for name in packed.namelist():
            file = packed.read(name)
            other.writestr(name, json.dumps(json.loads(file) | {"owner": MINE.seat}) if "config" in name else file)
    forged.seek(0)
    assert archive.unpack(forged, tmp_path, asker=OTHER).owner() == OTHER.owner
    forged.seek(0)
    assert archive.unpack(forged, tmp_path, asker=TEACHER).owner() == ""


def test_who_deleted_a_run_brings_it_back_and_nobody_else_but_the_teacher(runs, tiny):
    mine, teachers, others = (
        finished_run(tiny, name, asker=asker)
        for name, asker in (("mine", MINE), ("moderated", MINE), ("others", OTHER))
    )
    trash.delete(mine, asker=MINE)
    trash.delete(teachers, asker=TEACHER)  # what the teacher takes away, its maker does not bring back
    trash.delete(others, asker=OTHER)
    assert [trash.id_of(run.path) for run in trash.deleted(asker=MINE)] == [mine.id]
    assert [trash.id_of(run.path) for run in trash.deleted(asker=TEACHER)] == [others.id, teachers.id, mine.id]
    assert trash.restore_last(asker=MINE) == mine
    assert trash.restore_last(asker=TEACHER) == others
    assert trash.restore_last(asker=TEACHER) == teachers


def test_the_trash_of_before_is_the_teachers(runs, tiny):
    run = finished_run(tiny, asker=MINE)
    (runs / ".deleted").mkdir(exist_ok=True)
    run.path.rename(runs / ".deleted" / f"{10**18:020d}.{run.id}")
    assert trash.deleted(asker=MINE) == []
    assert trash.restore_last(asker=TEACHER) == run


def test_emptying_the_trash_frees_the_disk_of_ones_own_runs(runs, tiny):
    for asker in (MINE, OTHER, TEACHER):
        trash.delete(finished_run(tiny, asker=asker), asker=asker)
    assert trash.empty(asker=MINE) == 1
    assert trash.empty(asker=MINE) == 0
    assert len(list((runs / ".deleted").iterdir())) == 2
    assert trash.empty(asker=TEACHER) == 2
    assert list((runs / ".deleted").iterdir()) == []


def test_who_deletes_much_pushes_nobody_elses_runs_out(runs, tiny):
    mine = create_run(tiny, "mine", asker=MINE)
    trash.delete(mine, asker=MINE)
    for _ in range(trash.KEPT + 1):
        trash.delete(create_run(tiny, "x", asker=OTHER), asker=OTHER)
    assert len(trash.deleted(asker=OTHER)) == trash.KEPT
    assert trash.restore_last(asker=MINE) == mine


def test_deleting_only_renames(runs, tiny, monkeypatch):
    run = finished_run(tiny, asker=MINE)
    monkeypatch.setattr("mnist_core.storage.atomic.tempfile.mkstemp", lambda **_: pytest.fail("a file is written"))
    before = contents(run.path)
    trash.delete(run, asker=MINE)
    back = trash.restore_last(asker=MINE)
    assert back == Run(run.path)
    assert {path: content for path, content in contents(back.path).items() if path.name != "lock"} == before
