"""Two learners and the teacher at one server: each changes what is theirs."""

import contextlib
import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from mnist_core.runs.store import list_runs
from tests.support.browser import Server, Visitor
from tests.support.proxy import Proxy
from tests.support.waiting import wait_for

KEY = "the key of this test"
SHORT = "Train?train_size=10000&validation_size=1000&epochs=5&batch_size=16"
"""Of such runs the queue takes many: by what is known of the tests' machine they take no hours."""
SLOW = "Train?train_size=10000&validation_size=1000&epochs=50&batch_size=128"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("served") / "runs", DIGIT_LAB_TEACHER_KEY=KEY)
    yield server
    server.stop()


@pytest.fixture
def sit_down(chromium, server):
    """Open the window of somebody who does not sit at the server."""
    opened = []

    def sit_down(address):
        proxy = Proxy(server.port, address)
        proxy.__enter__()
        visitor = Visitor(chromium, SimpleNamespace(url=proxy.url))
        opened.append((visitor, proxy))
        return visitor

    yield sit_down
    for visitor, proxy in opened:
        visitor.context.close()
        proxy.__exit__(None, None, None)
    server.stop_runs()


def button(visitor, name):
    return visitor.page.get_by_role("button", name=name, exact=True)


def test_a_run_is_its_owners_and_the_teachers_and_everybody_watches_it(sit_down, server):
    ada, ben = sit_down("203.0.113.7"), sit_down("203.0.113.8")
    ada.open(SLOW)
    button(ada, "Start").click()
    expect(button(ada, "Pause")).to_be_enabled()
    run = list_runs(server.runs)[0]
    server.slow_down()
    ben.open(f"Train?run={run.id}")
    expect(ben.page.get_by_text("Somebody else has started this run")).to_be_visible()
    ben.watch_curves_move()
    for name in ("Pause", "Resume", "Stop", "× 2"):
        expect(button(ben, name)).to_have_count(0)
    ben.page.reload()  # the same seat: neither becomes the other
    ben.settle()
    expect(ben.page.get_by_text("Somebody else has started this run")).to_be_visible()
    ada.page.reload()
    expect(button(ada, "Pause")).to_be_enabled()

    enter_key(ben, "a wrong key")
    expect(ben.page.get_by_text("this is not the teacher's key")).to_be_visible()
    expect(button(ben, "Pause")).to_have_count(0)
    for _ in range(10):  # after a wrong key the next attempt has to wait
        enter_key(ben, KEY)
        with contextlib.suppress(AssertionError):
            expect(key_field(ben)).to_be_hidden(timeout=5_000)
            break
    expect(button(ben, "Pause")).to_be_enabled()
    expect(ben.page.get_by_text("For the teacher", exact=True)).to_have_count(0)
    button(ben, "Pause").click()
    expect(button(ada, "Resume")).to_be_enabled()
    ben.page.reload()
    expect(button(ben, "Resume")).to_be_enabled()
    button(ada, "Stop").click()
    expect(ada.page.get_by_text(re.compile("Stopped. The weights"))).to_be_visible()


def test_a_seat_is_the_same_after_a_reload_and_has_no_more_than_three_runs(sit_down, server):
    ada, before = sit_down("203.0.113.9"), len(list_runs(server.runs))
    for number in range(1, 4):
        ada.open(SHORT)
        button(ada, "Start").click()
        wait_for(lambda number=number: len(list_runs(server.runs)) == before + number)
        expect(ada.page).to_have_url(re.compile(f"run={list_runs(server.runs)[0].id}"))
        if number == 1:  # so that it is under way as long as the test needs
            button(ada, "Pause").click()
            expect(button(ada, "Resume")).to_be_enabled()
    ada.open(SHORT)
    ada.click_twice_over("Start")
    expect(ada.page.get_by_text("Not possible: you have 3 runs under way already")).to_be_visible()
    mine = list_runs(server.runs)[:3]
    assert len(list_runs(server.runs)) == before + 3
    assert len({run.owner() for run in mine}) == 1
    ben = sit_down("203.0.113.10")
    ben.open(SHORT)
    button(ben, "Start").click()
    wait_for(lambda: len(list_runs(server.runs)) == before + 4)
    button(ben, "Stop").click()
    for run in mine:
        ada.open(f"Train?run={run.id}")
        button(ada, "Stop").click()
        expect(button(ada, "Resume")).to_be_visible()


def key_field(visitor):
    return visitor.page.get_by_role("textbox", name="The teacher's key")


def enter_key(visitor, key):
    field = key_field(visitor)
    if not field.is_visible():
        visitor.page.get_by_role("button", name="For the teacher").click()
    field.fill(key)
    visitor.page.get_by_role("button", name="Enter", exact=True).click()
    visitor.settle()
