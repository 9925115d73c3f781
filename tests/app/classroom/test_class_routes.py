"""The routes of a class: who is answered what, and that a stage differs as soon as a page must be drawn anew."""

from itertools import pairwise

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mnist_core.asker import TEACHER, seat_of
from mnist_core.classroom.classroom import end
from mnist_core.classroom.doing import Doing, record_doing, record_reading
from mnist_core.classroom.seat_names import NAMES
from mnist_core.classroom.seats import join, remove
from mnist_core.classroom.settings import bring_all, change_settings
from mnist_core.classroom.tasks import set_task
from tests.support.classes import ANN, BOB, EVE, a_class
from tests.support.pages import finished_run
from ui.cached import classes
from ui.live import class_arrivals, class_routes, class_turns
from ui.live.class_turns import APART, AT_ONCE, Turns
from ui.live.routes import ROUTES


@pytest.fixture
def ask(monkeypatch):
    """Ask a route as somebody; what was read a moment ago is read anew."""
    client = TestClient(Starlette(routes=ROUTES))

    def ask(path, asker):
        classes.forget()
        monkeypatch.setattr(class_routes, "asker_of", lambda request: asker)
        return client.get(f"/live/class/{path}")

    return ask


def test_the_board_is_for_the_teacher_and_for_the_seats_that_may_see_it(ask, tiny, mnist):
    assert ask("board", TEACHER).status_code == 404
    classroom = a_class(ANN, BOB)
    record_doing(classroom, Doing("Draw"), asker=ANN)
    record_reading(classroom, mnist.test_images[0], 7, 0.99, asker=ANN)
    finished_run(tiny)
    answer = ask("board", TEACHER)
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    first, second = told["tiles"]
    assert (first["name"], first["page"], first["run"]) == (NAMES[0], "Draw", None)
    assert first["drawing"]["read"] == 7
    assert first["drawing"]["image"].startswith("data:image/png;base64,")
    assert second["drawing"] is None
    assert ask("board", BOB).status_code == 200
    assert ask("board", EVE).status_code == 403
    change_settings(classroom, asker=TEACHER, sees="own work")
    refused = ask("board", BOB)
    assert refused.status_code == 403
    assert refused.json()["problem"].endswith(".")
    assert ask("board", TEACHER).status_code == 200


def test_hidden_names_leave_the_server_as_mathematicians(ask):
    classroom = a_class(ANN)
    change_settings(classroom, asker=TEACHER, names_hidden=True, pinned=(ANN.seat,))
    answer = ask("board", TEACHER)
    assert NAMES[0] not in answer.text
    assert answer.json()["tiles"][0]["name"] == "Abel"
    assert answer.json()["pinned"] == [ANN.seat]


def test_the_stage_differs_as_soon_as_a_page_must_be_drawn_anew(ask):
    assert ask("seat", ANN).json() == {"stage": "", "after": 0}
    classroom = a_class()
    steps = [
        lambda: join(classroom, NAMES[0], asker=ANN),
        lambda: change_settings(classroom, asker=TEACHER, paused=True),
        lambda: change_settings(classroom, asker=TEACHER, message="Hello"),
        lambda: bring_all(classroom, "Draw", asker=TEACHER),
        lambda: bring_all(classroom, "Draw", asker=TEACHER),
        lambda: set_task(classroom, 7, 3, asker=TEACHER),
        lambda: remove(classroom, ANN.seat, asker=TEACHER),
        lambda: end(classroom, asker=TEACHER),
    ]
    seen = [ask("seat", ANN).json()["stage"]]
    for step in steps:
        step()
        seen.append(ask("seat", ANN).json()["stage"])
    assert all(before != after for before, after in pairwise(seen))
    assert seen[-1] == ""


def test_a_browser_says_where_it_has_arrived(ask):
    assert not class_arrivals.has_arrived("a window", "TMNT.1")
    ask("seat?window=a%20window&brought=TMNT.1", ANN)
    assert class_arrivals.has_arrived("a window", "TMNT.1")
    assert not class_arrivals.has_arrived("another", "TMNT.1")
    ask("seat?window=a%20window&brought=TMNT.2", ANN)
    assert not class_arrivals.has_arrived("a window", "TMNT.1")
    for number in range(1_000):
        ask(f"seat?window={number}&brought=TMNT.2", ANN)
    assert not class_arrivals.has_arrived("a window", "TMNT.2"), "those that came last are remembered"
    ask(f"seat?window={'w' * 41}&brought=TMNT.2", ANN)
    assert not class_arrivals.has_arrived("w" * 41, "TMNT.2")


def test_what_others_do_leaves_a_seats_page_alone(ask):
    classroom = a_class(ANN)
    before = ask("seat", ANN).json()["stage"]
    join(classroom, NAMES[7], asker=BOB)
    record_doing(classroom, Doing("Train"), asker=BOB)
    change_settings(classroom, asker=TEACHER, pinned=(BOB.seat,))
    assert ask("seat", ANN).json()["stage"] == before
    assert ask("seat", TEACHER).json()["stage"] != before


def test_pages_of_seats_are_drawn_a_few_at_a_time_but_a_pause_is_shown_at_once(ask, monkeypatch):
    monkeypatch.setattr(class_turns, "TURNS", Turns())
    members = [seat_of(str(number)) for number in range(AT_ONCE + 1)]
    classroom = a_class(*members)
    *first, last = (ask("seat?stage=before", one).json() for one in members)
    assert [one["after"] for one in first] == [0] * AT_ONCE
    assert last["after"] == 1000 * APART
    assert ask(f"seat?stage={last['stage']}", members[-1]).json()["after"] == 0, "it shows it already"
    assert ask("seat?stage=before", EVE).json()["after"] == 0, "strangers take no turns"
    change_settings(classroom, asker=TEACHER, paused=True)
    assert ask("seat?stage=before", members[-1]).json()["after"] == 0
