"""What a class makes: the board, tasks and drawings, trials, runs that hold, points of a plot, export and deletion."""

import io
import json
import zipfile
from datetime import datetime, timedelta

import numpy as np
import pytest

from mnist_core.asker import TEACHER, Asker
from mnist_core.classroom import classroom as core
from mnist_core.classroom.board import SPARKS, board, sparks
from mnist_core.classroom.classroom import Classroom, end
from mnist_core.classroom.deletion import delete, remains_of
from mnist_core.classroom.doing import Doing, record_doing, record_reading
from mnist_core.classroom.holding import carry_out, held
from mnist_core.classroom.outcomes import class_runs, differing, outcomes
from mnist_core.classroom.predictions import record_prediction
from mnist_core.classroom.seat_names import NAMES
from mnist_core.classroom.seats import remove, seats
from mnist_core.classroom.settings import Settings, change_settings
from mnist_core.classroom.tasks import close_task, count, drawings_of, open_task, set_task, strike_out, struck, tasks
from mnist_core.classroom.trials import Trial, record_trial, split, trials
from mnist_core.errors import ClassError, NotYoursError, RunError
from mnist_core.events import Finished
from mnist_core.export.class_zip import class_zip
from mnist_core.handwriting.collection import Collection
from mnist_core.history import History
from mnist_core.runs.control import Control
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, list_runs
from mnist_core.runs.trash import delete as delete_run
from tests.support.classes import ANN, BOB, EVE, a_class
from tests.support.events import epoch, started, step, validation


@pytest.fixture(autouse=True)
def own_folder(runs):
    return runs


@pytest.fixture
def collection(tmp_path):
    return Collection(tmp_path / "collection")


def finished(config, asker, accuracy=0.9):
    run = create_run(config, "fast", asker=asker)
    for event in (started(), step(5), step(10), validation(10), epoch(1)):
        run.append(event)
    run.append(Finished(step=20, test_loss=0.1, test_accuracy=accuracy, seconds=21.0))
    return run


def an_image(seed):
    return np.random.default_rng(seed).random((28, 28), dtype=np.float32)


def since_yesterday(classroom):
    """Let the class have begun a day ago: files of this second are then surely newer."""
    yesterday = (datetime.now().astimezone() - timedelta(days=1)).isoformat()
    (classroom.path / "class.json").write_text(json.dumps({"began": yesterday}))
    return classroom


def test_the_board_shows_each_seat_its_latest_run_and_drawing(tiny, mnist):
    classroom = a_class(ANN, BOB)
    finished(tiny, ANN, 0.5)
    latest = finished(tiny, ANN, 0.75)
    finished(tiny, EVE)
    finished(tiny, TEACHER)
    record_prediction(classroom, latest.id, 0.8, asker=ANN)
    record_doing(classroom, Doing("Train"), asker=ANN)
    record_reading(classroom, mnist.test_images[0], 7, 0.99, asker=BOB)
    newest_first = sorted(list_runs(), key=lambda run: run.id == latest.id, reverse=True)
    runs = [(run.owner(), run) for run in newest_first]
    ann, bob = board(classroom, seats(classroom), Settings(), runs, Run.history)
    assert (ann.name, ann.doing.page) == (NAMES[0], "Train")
    assert (ann.run.id, ann.run.status, ann.run.accuracy, ann.run.measured_on) == (latest.id, "finished", 0.75, "test")
    assert ann.run.expected == 0.8
    assert ann.reading is None
    assert (bob.run, bob.reading.read) == (None, 7)
    record_reading(classroom, mnist.test_images[1], None, 0.4, asker=BOB)
    _, bob = board(classroom, seats(classroom), Settings(), runs, Run.history)
    assert bob.reading.read is None
    np.testing.assert_array_equal(bob.reading.image, mnist.test_images[1])
    hidden = board(classroom, seats(classroom), Settings(names_hidden=True), [], Run.history)
    assert [tile.name for tile in hidden] == ["Abel", "Agnesi"]
    remove(classroom, ANN.seat, asker=TEACHER)
    assert [tile.seat for tile in board(classroom, seats(classroom), Settings(), runs, Run.history)] == [BOB.seat]


def test_a_sparkline_is_thinned_and_keeps_both_ends():
    history = History()
    for place in range(1, 501):
        history.add(step(place))
    found = sparks(history)
    assert len(found) == SPARKS
    assert (found[0], found[-1]) == (round(history.steps[0].accuracy, 4), round(history.steps[-1].accuracy, 4))
    history.add(validation(500))
    assert len(sparks(history)) == SPARKS  # one measurement is no curve
    history.add(validation(501))
    assert len(sparks(history)) == 2
    assert sparks(History()) == ()


def test_a_task_is_counted_by_what_is_in_the_collection(collection):
    classroom = a_class(ANN, BOB)
    first = set_task(classroom, 3, 1, asker=TEACHER)
    task = set_task(classroom, 7, 2, asker=TEACHER)
    assert (task.number, open_task(classroom)) == (2, task)
    assert [one.is_open for one in tasks(classroom)] == [False, True]
    assert first.describe() == "a 3"
    for label, asker in ((7, ANN), (7, ANN), (7, ANN), (3, ANN), (7, BOB), (7, EVE), (7, TEACHER)):
        collection.add(an_image(label), label, asker=asker)
    kept = collection.drawings()[0]
    assert count(task, drawings_of(classroom, kept)) == {ANN.seat: 3, BOB.seat: 1}
    bobs = next(one for one in kept if one.owner == BOB.seat)
    strike_out(classroom, bobs.id, asker=TEACHER)
    assert struck(classroom) == {bobs.id}
    assert count(task, drawings_of(classroom, kept)) == {ANN.seat: 3}
    strike_out(classroom, bobs.id, asker=TEACHER, out=False)
    assert count(task, drawings_of(classroom, kept))[BOB.seat] == 1
    close_task(classroom, asker=TEACHER)
    assert open_task(classroom) is None
    later = (datetime.now().astimezone() + timedelta(minutes=5)).isoformat()
    record = json.loads((classroom.path / "tasks" / "0002.json").read_text())
    (classroom.path / "tasks" / "0002.json").write_text(json.dumps(record | {"set_at": later}))
    assert count(tasks(classroom)[1], drawings_of(classroom, kept)) == {}


def test_only_the_teacher_sets_tasks_strikes_out_and_records_trials(collection):
    classroom = a_class(ANN)
    for act in (
        lambda: set_task(classroom, 7, 3, asker=ANN),
        lambda: close_task(classroom, asker=ANN),
        lambda: strike_out(classroom, "a-drawing", asker=ANN),
        lambda: record_trial(classroom, Trial("run", "best", (), ()), asker=ANN),
        lambda: carry_out(classroom, [], lambda name: None, asker=ANN),
        lambda: delete(classroom, remains_of(classroom, collection), collection, asker=ANN),
    ):
        with pytest.raises(NotYoursError):
            act()
    for digit, each in ((10, 3), (-1, 3), (7, 0), (7, 21)):
        with pytest.raises(ClassError, match="expected a digit"):
            set_task(classroom, digit, each, asker=TEACHER)
    with pytest.raises(ClassError, match="id of a drawing"):
        strike_out(classroom, "../settings.json", asker=TEACHER)
    assert tasks(classroom) == []


def test_a_network_is_never_measured_on_what_it_has_learned_from(collection):
    classroom = a_class(ANN, BOB)
    for seed in range(4):
        collection.add(an_image(seed), seed, asker=ANN)
    for seed in range(2, 6):  # two of them look exactly like Ann's
        collection.add(an_image(seed), seed, asker=BOB)
    made = drawings_of(classroom, collection.drawings()[0])
    learned, others = split(made, {ANN.seat})
    assert len(learned) == 4
    assert [one.label for one in others] == [4, 5]
    assert {one.owner for one in others} == {BOB.seat}
    for nobody in (set(), {ANN.seat, BOB.seat}, {EVE.seat}):
        with pytest.raises(ClassError, match="both sides"):
            split(made, nobody)
    trial = Trial("run-1", "best", (ANN.seat,), tuple(one.id for one in others))
    record_trial(classroom, trial, asker=TEACHER)
    assert trials(classroom) == [trial]
    (classroom.path / "trials" / "run-0.json").write_text('{"start": 3}')
    assert trials(classroom) == [trial]


def test_trainings_hold_while_the_class_is_paused_and_a_learners_own_pause_stays(tiny):
    classroom = a_class(ANN, BOB)
    anns, bobs, others = (create_run(tiny, "fast", asker=asker) for asker in (ANN, BOB, TEACHER))
    bobs.control.request("pause", asker=BOB)
    active = [anns, bobs, others]
    asked = []

    def go_on(name):
        asked.append(name)
        if name == anns.id:
            anns.control.request("run", asker=TEACHER)

    carry_out(classroom, active, go_on, asker=TEACHER)
    assert [run.control.command() for run in active] == ["run", "pause", "run"]
    change_settings(classroom, asker=TEACHER, paused=True)
    carry_out(classroom, [anns], go_on, asker=TEACHER)
    assert [run.control.command() for run in active] == ["pause", "pause", "run"]
    later = create_run(tiny, "fast", asker=BOB)
    for _ in range(2):
        carry_out(classroom, [*active, later], go_on, asker=TEACHER)
    assert later.control.command() == "pause"
    assert held(classroom) == sorted([anns.id, later.id])

    change_settings(classroom, asker=TEACHER, paused=False)
    gone = {"runs": [*held(classroom), "20200101-000000-gone-12345678"]}
    (classroom.path / "held.json").write_text(json.dumps(gone))
    held_before = held(classroom)
    carry_out(classroom, active, go_on, asker=TEACHER)
    assert asked == held_before
    assert [run.control.command() for run in active] == ["run", "pause", "run"]
    assert held(classroom) == []


def test_a_run_that_cannot_be_asked_hinders_no_other_and_is_asked_again(tiny, monkeypatch):
    classroom = a_class(ANN, BOB)
    first, second = (create_run(tiny, "fast", asker=asker) for asker in (ANN, BOB))
    change_settings(classroom, asker=TEACHER, paused=True)
    write = Control.request

    def full(control, command, *, asker):
        if control.command() == "run" and control._folder == first.path:
            raise RunError("the disk is full")
        write(control, command, asker=asker)

    monkeypatch.setattr(Control, "request", full)
    with pytest.raises(RunError, match="full"):
        carry_out(classroom, [first, second], lambda name: None, asker=TEACHER)
    assert second.control.command() == "pause"
    monkeypatch.setattr(Control, "request", write)
    carry_out(classroom, [first, second], lambda name: None, asker=TEACHER)
    assert first.control.command() == "pause"

    def refused(name):
        if name == first.id:
            raise RunError("the disk is full")
        second.control.request("run", asker=TEACHER)

    change_settings(classroom, asker=TEACHER, paused=False)
    with pytest.raises(RunError, match="full"):
        carry_out(classroom, [], refused, asker=TEACHER)
    assert second.control.command() == "run"
    assert held(classroom) == [first.id]


def test_runs_are_points_with_what_was_expected(tiny):
    classroom = since_yesterday(a_class(ANN, BOB))
    first = finished(tiny, ANN, 0.9)
    second = finished(tiny.replace(learning_rate=0.1, seed=3, filters=(8,)), BOB, 0.2)
    finished(tiny, EVE)
    record_prediction(classroom, second.id, 0.95, asker=BOB)
    runs = class_runs(classroom, seats(classroom), list_runs())
    assert {run.id for run in runs} == {first.id, second.id}
    found = {one.run: one for one in outcomes(classroom, runs, Run.history)}
    assert (found[first.id].accuracy, found[first.id].expected, found[first.id].seconds) == (0.9, None, 21.0)
    assert found[second.id].expected == 0.95
    assert found[second.id].setting("learning_rate") == 0.1
    assert found[second.id].setting("filters") == "8"
    assert found[second.id].setting("optimizer") == tiny.optimizer
    assert differing(list(found.values())) == ["filters", "learning_rate"]
    assert differing([]) == []
    (classroom.path / "class.json").write_text(json.dumps({"began": "2999-01-01T00:00:00+00:00"}))
    assert class_runs(classroom, seats(classroom), list_runs()) == []  # of a class before


def test_the_export_is_a_page_without_names_unless_they_are_asked_for(tiny, collection):
    classroom = since_yesterday(a_class(ANN, BOB))
    run = finished(tiny, ANN, 0.9)
    collection.add(an_image(1), 7, asker=ANN)
    collection.add(an_image(2), 8, asker=EVE)
    pages = {ANN.seat: b"<p>lesson</p>"}
    for with_names in (False, True):
        with zipfile.ZipFile(
            io.BytesIO(class_zip(classroom, collection, with_names=with_names, lessons=pages))
        ) as archive:
            names, page = set(archive.namelist()), archive.read("index.html").decode()
            assert names == {"index.html", "drawings.zip", f"runs/{run.id}.zip", "lessons/seat-1.html"}
            everything = page.encode() + b"".join(archive.read(name) for name in names)
            with zipfile.ZipFile(io.BytesIO(archive.read("drawings.zip"))) as drawings:
                assert len(drawings.namelist()) == 2
        assert (NAMES[0] in page) == with_names
        assert ("Seat 1" in page) != with_names
        assert ANN.seat.encode() not in everything
        assert "http" not in page
        assert "90.00% of the test images" in page


def test_deleting_leaves_nothing_of_the_class_and_everything_else(tiny, collection, runs):
    classroom = since_yesterday(a_class(ANN, BOB))
    mine = [finished(tiny, asker) for asker in (ANN, BOB)]
    theirs = [finished(tiny, asker) for asker in (EVE, TEACHER)]
    delete_run(finished(tiny, ANN), asker=ANN)
    for asker in (ANN, BOB, EVE, TEACHER):
        collection.add(an_image(ord(asker.kind[0])), 7, asker=asker)
    doomed = [one for one in collection.drawings()[0] if one.owner == BOB.seat]
    collection.remove(doomed, asker=BOB)
    remove(classroom, BOB.seat, asker=TEACHER)
    lesson = runs / "lessons-of-ann"
    lesson.mkdir()
    (lesson / "one.json").write_text("{}")
    found = remains_of(classroom, collection, [lesson])
    assert {run.owner() for run in found.runs} == {ANN.seat, BOB.seat}
    assert len(found.runs) == 3
    assert "3 runs, 1 drawing," in found.describe()
    with pytest.raises(ClassError, match="still open"):
        delete(classroom, found, collection, asker=TEACHER)
    assert all(run.path.exists() for run in mine)
    end(classroom, asker=TEACHER)
    before = {path for path in runs.rglob("*") if path.is_file()} | set(collection.folder.iterdir())
    found = remains_of(classroom, collection, [lesson])
    delete(classroom, found, collection, asker=TEACHER)
    after = {path for path in runs.rglob("*") if path.is_file()} | set(collection.folder.iterdir())
    assert len(before) - len(after) == found.files
    assert remains_of(classroom, collection).files == 0
    assert not lesson.exists()
    assert {run.id for run in list_runs()} == {run.id for run in theirs}
    assert {one.owner for one in collection.drawings()[0]} == {EVE.seat, ""}
    assert core.classes() == []
    seats_of_class = (ANN.seat.encode(), BOB.seat.encode())
    assert not any(seat in path.read_bytes() or seat.decode() in path.name for path in after for seat in seats_of_class)


def test_deleting_waits_for_runs_that_have_yet_to_stop(tiny, collection, monkeypatch):
    classroom = since_yesterday(a_class(ANN))
    run = finished(tiny, ANN)
    end(classroom, asker=TEACHER)
    monkeypatch.setattr(Run, "is_alive", lambda self: True)
    with pytest.raises(ClassError, match="yet to stop"):
        delete(classroom, remains_of(classroom, collection), collection, asker=TEACHER)
    assert run.path.exists()
    assert classroom.path.exists()


def test_a_class_of_another_folder_has_nothing_of_this_one(collection, tmp_path):
    assert remains_of(Classroom(tmp_path / "elsewhere" / ".classes" / "BCDF"), collection).files == 0
    assert Asker("seat", "0" * 16).seat
    assert change_settings(a_class(), asker=TEACHER, paused=True).paused
