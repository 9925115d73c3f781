"""A second visitor presses every button of every page, over the websocket: nothing of the first one's is changed."""

import shutil

import numpy as np
import pytest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.classroom.classroom import begin
from mnist_core.classroom.doing import Doing, record_doing
from mnist_core.classroom.predictions import record_prediction
from mnist_core.classroom.seat_names import NAMES
from mnist_core.classroom.seats import join, seats
from mnist_core.classroom.tasks import open_task, set_task
from mnist_core.handwriting.deletion import deleted_files
from mnist_core.lessons.catalogue import find_lesson
from mnist_core.lessons.record import LearnerRecord
from mnist_core.runs import trash
from mnist_core.runs.notes import Notes, write_notes
from mnist_core.runs.store import create_run, list_runs
from tests.support.browser import Server
from tests.support.events import started, step
from tests.support.pages import finished_run
from tests.support.streamlit_client import Client
from tests.support.waiting import wait_for

FIRST = seat_of("the first visitor's secret")
ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}
"""As a proxy says who has called it: not somebody at the server's machine."""
ONCE = ("Start", "Start them", "Teach", "Find a learning rate", "Try again")
"""Buttons that begin a training or a calculation: pressed on one page, not on each."""

CHANGING = {"Delete", "Pause", "Resume", "Stop", "+1 epoch", "÷ 10", "÷ 2", "× 2", "× 10", "Watch twelve hard images"}
"""Buttons that only a run's owner has."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("served") / "runs", DIGIT_LAB_TEACHER_KEY="the key of this test")
    yield server
    server.stop()


@pytest.fixture
def client(server):
    client = Client(server.port, ELSEWHERE)
    yield client
    client.close()


@pytest.fixture
def belongings(server, tiny, monkeypatch):
    """Runs, a deleted run and drawings, all of the first visitor's."""
    monkeypatch.setenv("DIGIT_LAB_RUNS", str(server.runs))
    finished, interrupted, gone, unbegun = (
        finished_run(tiny, asker=FIRST),
        create_run(tiny, "interrupted", asker=FIRST),
        finished_run(tiny, asker=FIRST),
        create_run(tiny, "not begun", asker=FIRST),
    )
    for event in (started(), step(5)):
        interrupted.append(event)
    write_notes(finished, Notes(title="mine", note="leave it"), asker=FIRST)
    trash.delete(gone, asker=FIRST)
    for label in [*range(10)] * 3:
        server.collection.add(np.eye(28, dtype=np.float32), label, asker=FIRST)
    drawn = server.collection.drawings()[0]
    server.collection.remove(drawn[:2], asker=FIRST)
    LearnerRecord(FIRST.seat, server.runs.parent / "lessons").predict(find_lesson("function"), ["9"], asker=TEACHER)
    return finished, interrupted, unbegun


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def everything_of_the_first(server):
    """Return the files of the first visitor's runs and drawings, deleted ones too."""
    runs = [run for run in list_runs(server.runs) if run.owner() == FIRST.seat]
    kept = [contents(run.path) for run in [*runs, *trash.deleted(server.runs, asker=FIRST)]]
    kept.append(contents(server.runs.parent / "lessons" / FIRST.seat))
    drawings = {d.id for d in server.collection.drawings()[0] if d.owner == FIRST.seat}
    deleted = {file.path.name for file in deleted_files(server.collection.folder) if file.by == FIRST.seat}
    return kept, drawings, deleted


def test_no_button_changes_what_is_the_first_visitors(server, client, belongings):
    finished, interrupted, _ = belongings
    before = everything_of_the_first(server)
    assert len(before[0]) == 5
    assert len(before[1]) == 28
    assert len(before[2]) == 4
    pages = [
        ("", ""),
        ("Explore", ""),
        *(("Train", f"run={run.id}") for run in belongings),
        *((page, f"model={finished.id}") for page in ("Evaluate", "Draw", "Inside")),
        ("Runs", ""),
        *(("Runs", f"runs={run.id}") for run in belongings),
        ("Runs", f"runs={finished.id},{interrupted.id}"),
        *(("Lessons", query) for query in ("", "lesson=function", "lesson=learning-rates", "lesson=backpropagation")),
        *(("Story", f"screen={number}") for number in range(1, 11)),
        ("Class", ""),
        ("Glossary", ""),
    ]
    pressed = set()
    for page, query in pages:
        client.run(page, query)
        buttons = dict(client.buttons)
        if page in ("Train", "Runs"):
            assert not set(buttons.values()) & CHANGING, (page, query, "what would be refused is left out")
        for button, label in buttons.items():
            if label.startswith(ONCE) and any(label == other for _, other in pressed):
                continue
            pressed.add((page, label))
            client.run(page, query)
            client.run(page, query, pressed=button)
            assert not [told for told in client.told if told.startswith("exception")], (page, label)
            assert everything_of_the_first(server) == before, (page, label)
    found = {label for _, label in pressed}
    assert {"Start", "Take in hand", "Start them", "Skip to what it means", "Next", "Run"} <= found, "they were found"


def test_no_button_changes_what_is_the_first_visitors_in_a_class(server, client, belongings):
    classroom = begin(asker=TEACHER, folder=server.runs / ".classes")
    try:
        join(classroom, NAMES[0], asker=FIRST)
        record_doing(classroom, Doing("Draw"), asker=FIRST)
        record_prediction(classroom, belongings[0].id, 0.9, asker=FIRST)
        task = set_task(classroom, 7, 3, asker=TEACHER)
        mine = {path: content for path, content in contents(classroom.path).items() if path.name != "lock"}
        before = everything_of_the_first(server)
        wait_for(lambda: client.run("Class", f"code={classroom.code}") or set(NAMES) & set(client.buttons.values()))
        for page, query in (("Class", f"code={classroom.code}"), ("Class", ""), ("", ""), ("Lessons", "lesson=loss")):
            client.run(page, query)
            for button, label in dict(client.buttons).items():
                client.run(page, query)
                client.run(page, query, pressed=button)
                assert not [told for told in client.told if told.startswith("exception")], (page, label)
                now = contents(classroom.path)
                assert {path: now.get(path) for path in mine} == mine, (page, label)
                assert everything_of_the_first(server) == before, (page, label)
        assert len(seats(classroom)) == 2, "one of the buttons has let the second visitor join"
        assert open_task(classroom) == task
    finally:
        shutil.rmtree(classroom.path)


def test_a_run_belongs_to_the_seat_of_the_cookie(server, client):
    # The server may still see the class of the test before.
    wait_for(lambda: client.run("Train") or "Start" in client.buttons.values())
    button = next(identity for identity, label in client.buttons.items() if label == "Start")
    client.run("Train", pressed=button)
    assert seat_of(client.seat).seat in {run.owner() for run in list_runs(server.runs)}


def test_at_the_servers_machine_one_is_the_teacher(server):
    client = Client(server.port)
    client.run("Train")
    button = next(identity for identity, label in client.buttons.items() if label == "Start")
    client.run("Train", pressed=button)
    client.close()
    assert "" in {run.owner() for run in list_runs(server.runs)}
