"""What one seat may have, and all together: each limit is a sentence, and the teacher has none."""

import io
import os
import shutil
import time
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from mnist_core import quotas
from mnist_core.asker import COMMAND_LINE, TEACHER, seat_of
from mnist_core.errors import LessonError, QuotaError, ZipError
from mnist_core.handwriting import collection
from mnist_core.handwriting.collection import Collection
from mnist_core.jobs import admission
from mnist_core.jobs.scheduler import Jobs
from mnist_core.jobs.worker_process import LocalWorkers
from mnist_core.lessons.catalogue import find_lesson
from mnist_core.lessons.record import LearnerRecord
from mnist_core.paths import PROJECT
from mnist_core.presets import preset
from mnist_core.quotas import Quota, Uploads
from mnist_core.runs import archive, trash
from mnist_core.runs import room as room_of_runs
from mnist_core.runs.index import index_of
from mnist_core.runs.room import oldest_of, require_room
from mnist_core.runs.run import Run
from tests.support.machine import measured
from tests.support.pages import finished_run

ME, OTHER = seat_of("me"), seat_of("other")
BLANK = np.zeros((28, 28), np.float32)


@pytest.fixture
def room(runs, monkeypatch):
    """Jobs that hand nothing out."""
    monkeypatch.setattr(Jobs, "_dispatch", lambda self: None)
    jobs = Jobs(runs, LocalWorkers(2))
    yield jobs
    jobs.close()


def test_readme_has_the_table():
    assert quotas.table() in (PROJECT / "README.md").read_text()


def test_so_many_runs_are_under_way_of_a_seat_and_of_all(room, tiny, monkeypatch):
    monkeypatch.setattr(quotas, "RUNS_UNDER_WAY", Quota("runs under way", 2, 3))
    first = [room.start(tiny, "x", asker=ME) for _ in range(2)]
    with pytest.raises(QuotaError, match="you have 2 runs under way already"):
        room.start(tiny, "x", asker=ME)
    room.start(tiny, "x", asker=OTHER)
    with pytest.raises(QuotaError, match="3 runs are under way, as many as this machine takes"):
        room.start(tiny, "x", asker=OTHER)
    room.start(tiny, "x", asker=TEACHER)
    for run in first:
        room.stop(run, asker=ME)
    room.start(tiny, "x", asker=ME)


def test_so_many_runs_are_under_way_of_an_address_and_a_class_behind_one_is_not_counted(room, tiny, monkeypatch):
    monkeypatch.setattr(quotas, "RUNS_OF_AN_ADDRESS", Quota("runs under way of one address", 2, None))

    def start(name, address):
        return room.start(tiny, "x", asker=seat_of(name, address))

    for name in ("member 1", "member 2", "member 3"):
        start(name, "")
    first = [start("fresh 1", "192.0.2.1"), start("fresh 2", "192.0.2.1")]
    with pytest.raises(QuotaError, match="2 runs are under way that were started from your address"):
        start("fresh 3", "192.0.2.1")
    with pytest.raises(QuotaError, match="from your address"):
        room.repeat(first[0], 3, asker=seat_of("fresh 3", "192.0.2.1"))
    start("fresh 3", "192.0.2.2")
    start("member 1", "")
    room.start(tiny, "x", asker=TEACHER)
    room.stop(first[0], asker=TEACHER)
    later = start("fresh 4", "192.0.2.1")
    room.stop(later, asker=TEACHER)
    start("fresh 2", "")  # it has joined the class meanwhile, and its first run counts no more
    start("fresh 5", "192.0.2.1")
    start("fresh 6", "192.0.2.1")


def test_a_run_that_takes_too_long_and_a_queue_that_is_too_long_are_refused(room, tiny, machine_file):
    hours = preset("best").replace(epochs=200)
    assert admission.expected_minutes(hours, measured()) > quotas.MINUTES_OF_A_RUN.seat
    assert admission.expected_minutes(hours.replace(max_seconds=90), measured()) == 1.5
    with pytest.raises(QuotaError, match=r"this makes .* minutes of training, and a seat has 120 at most: train fewer"):
        room.start(hours, "best", asker=ME)
    for _ in range(2):
        room.start(hours, "best", asker=TEACHER)
    with pytest.raises(QuotaError, match=r"this makes .* minutes of waiting, and all together have 120 at most"):
        room.start(tiny, "x", asker=ME)


def test_what_a_machine_that_was_not_measured_takes_is_not_guessed():
    assert admission.expected_minutes(preset("best"), None) is None


def test_so_many_runs_are_kept_of_a_seat_and_the_oldest_is_found(runs, room, tiny, monkeypatch):
    monkeypatch.setattr(quotas, "RUNS_KEPT", Quota("runs", 2, 4))
    oldest, *_ = (finished_run(tiny, asker=ME) for _ in range(2))
    oldest = Run(oldest.path.rename(runs / f"20250101-{oldest.id[9:]}"))
    finished_run(tiny, asker=OTHER)
    with pytest.raises(QuotaError, match="this makes 3 runs, and a seat has 2 at most: delete some of yours") as error:
        room.start(tiny, "x", asker=ME)
    assert error.value.kind == "runs"
    with pytest.raises(QuotaError, match="a seat has 2 at most"):
        archive.unpack(io.BytesIO(archive.pack(oldest)), asker=ME)
    with pytest.raises(QuotaError, match="this makes 5 runs, and all together have 4 at most"):
        require_room(asker=seat_of("third"), more=2)
    assert oldest_of(ME) == oldest
    trash.delete(oldest, asker=ME)
    room.start(tiny, "x", asker=ME)


def test_so_many_bytes_are_kept_of_a_seat(runs, tiny, monkeypatch):
    run = finished_run(tiny, asker=ME)
    (run.path / "epoch-001.safetensors").write_bytes(bytes(2 * 10**6))
    monkeypatch.setattr(quotas, "MEGABYTES", Quota("megabytes of runs", 1, 100))
    with pytest.raises(QuotaError, match="this makes 2 megabytes of runs, and a seat has 1 at most"):
        require_room(asker=ME)
    require_room(asker=OTHER)
    require_room(asker=TEACHER)


def test_runs_are_not_measured_again_for_each_that_is_started_unless_they_have_changed(runs, room, tiny, monkeypatch):
    ended, looked = finished_run(tiny, asker=ME), []
    under_way = room.start(tiny, "x", asker=ME)
    monkeypatch.setattr(room_of_runs, "size_of", lambda run: looked.append(run) or 0)
    for run in (ended, under_way):
        os.utime(run.path, (1.0, 1.0))
    for _ in range(2):
        require_room(asker=ME)
    assert Counter(looked) == {ended: 1, under_way: 2}
    looked.clear()
    (ended.path / "another").touch()
    for _ in range(2):
        require_room(asker=ME)
    assert looked.count(ended) == 2, "something else may have changed within the same tick of the clock"


def test_how_long_a_run_at_work_has_trained_shortens_the_waiting(runs, room, tiny, machine_file):
    hours = preset("best").replace(epochs=30)
    whole = admission.expected_minutes(hours, measured())
    assert whole > 120
    first = room.start(hours, "x", asker=TEACHER)
    with pytest.raises(QuotaError, match="minutes of waiting"):
        room.start(tiny, "x", asker=ME)
    first.dequeue(asker=TEACHER)
    with first.lock():
        index_of().expire()
        with pytest.raises(QuotaError, match="minutes of waiting"):
            room.start(tiny, "x", asker=ME)
        (first.path / "worker.json").touch()
        before = time.time() - 60 * (whole - 100)
        os.utime(first.path / "worker.json", (before, before))
        index_of().expire()
        room.start(tiny, "x", asker=ME)


def test_so_many_drawings_are_kept_of_a_seat(tmp_path, monkeypatch):
    monkeypatch.setattr(quotas, "DRAWINGS", Quota("drawings", 2, 10_000))
    kept, many = Collection(tmp_path / "kept"), Collection(tmp_path / "many")
    for _ in range(3):
        many.add(BLANK, 1, asker=TEACHER)
        kept.add(BLANK, 1, asker=OTHER if len(kept.ids()) < 2 else TEACHER)
    for _ in range(2):
        kept.add(BLANK, 1, asker=ME)
    with pytest.raises(
        QuotaError, match="this makes 3 drawings, and a seat has 2 at most: delete some of yours"
    ) as error:
        kept.add(BLANK, 1, asker=ME)
    assert error.value.kind == "drawings"
    with pytest.raises(QuotaError, match="this makes 5 drawings"):
        kept.add_zip(many.to_zip(), asker=ME)
    kept.remove([d for d in kept.drawings()[0] if d.owner == ME.owner], asker=ME)
    kept.add(BLANK, 1, asker=ME)


def test_so_many_files_are_uploaded_within_ten_minutes(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(quotas.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(quotas, "UPLOADS", Quota("uploads within ten minutes", 2, 3))
    uploads = Uploads()
    for asker in (ME, ME, OTHER):
        uploads.count(asker)
    with pytest.raises(QuotaError, match="this makes 3 uploads within ten minutes, and a seat has 2 at most: wait"):
        uploads.count(ME)
    with pytest.raises(QuotaError, match="all together have 3 at most"):
        uploads.count(OTHER)
    uploads.count(TEACHER)
    now[0] = 601.0
    uploads.count(ME)


def test_every_zip_file_that_is_imported_counts_as_an_upload(runs, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(quotas, "UPLOADS", Quota("uploads within ten minutes", 2, 100))
    for module in (archive, collection):
        monkeypatch.setattr(module, "uploads", Uploads())
    run, kept = archive.pack(finished_run(tiny)), Collection(tmp_path / "kept")
    kept.add(BLANK, 1, asker=TEACHER)
    drawings = kept.to_zip()
    ways = [
        (run, lambda content, asker: archive.unpack(io.BytesIO(content), asker=asker)),
        (drawings, lambda content, asker: kept.add_zip(content, asker=asker)),
    ]
    for content, bring in ways:
        bring(content, ME)
        with pytest.raises(ZipError):
            bring(b"no zip file counts, too", ME)
        with pytest.raises(QuotaError, match="this makes 3 uploads within ten minutes, and a seat has 2 at most: wait"):
            bring(content, ME)
        bring(content, TEACHER)


@pytest.mark.parametrize("asker", [ME, TEACHER, COMMAND_LINE])
def test_the_disk_is_not_filled_by_anybody(room, tiny, tmp_path, monkeypatch, asker):
    drawn, content = Collection(tmp_path / "drawn"), archive.pack(finished_run(tiny))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=100 * 10**6))
    for fill in (
        lambda: room.start(tiny, "x", asker=asker),
        lambda: drawn.add(BLANK, 1, asker=asker),
        lambda: archive.unpack(io.BytesIO(content), asker=asker),
        lambda: LearnerRecord("fresh", tmp_path / "lessons").skip(find_lesson("function"), asker=TEACHER),
    ):
        with pytest.raises((QuotaError, LessonError), match="the server's disk has 100 MB left, and 200 MB stay free"):
            fill()
