"""The Train page in a real browser, used as a hurried class does."""

import json
import os
import re
import signal

import pytest
from playwright.sync_api import expect

from mnist_core.runs.store import list_runs
from tests.support.browser import CHARTS, LONG, serve
from tests.support.waiting import wait_for

SHORT = "Train?train_size=2000&validation_size=1000&epochs=2"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


@pytest.fixture
def hurried(visit):
    """A visitor's window; what ends the page in the browser fails the test."""
    visitor, errors = visit(), []
    visitor.page.on("pageerror", lambda error: errors.append(str(error)))
    yield visitor
    visitor.server.stop_runs()
    assert errors == []


def press(visitor, name):
    visitor.page.get_by_role("button", name=name, exact=True).click()


def see_two_charts(visitor):
    expect(visitor.page.locator(CHARTS)).to_have_count(2)
    visitor.watch_curves_move()


def test_a_search_for_a_rate_and_quick_clicks_leave_the_page_whole(hurried):
    hurried.open(SHORT)
    for _ in range(2):
        press(hurried, "Find a learning rate")
        hurried.page.get_by_role("button", name=re.compile("^Use 0")).click()
        press(hurried, "Start")
    press(hurried, "Find a learning rate")
    hurried.page.get_by_role("button", name="Close", exact=True).click()
    for view in ("Filters & weights", "Learning rate & gradients", "Curves"):
        hurried.page.get_by_text(view, exact=True).click()
    hurried.page.goto(f"{hurried.server.url}/{SHORT}&run=gone")
    expect(hurried.page.get_by_text("Not possible: there is no run 'gone'")).to_be_visible()
    hurried.open(LONG)
    before = len(list_runs(hurried.server.runs))
    press(hurried, "Start")
    wait_for(lambda: len(list_runs(hurried.server.runs)) == before + 1)
    hurried.page.wait_for_url(f"**run={list_runs(hurried.server.runs)[0].id}*")  # and no more the run before
    hurried.settle()
    see_two_charts(hurried)
    hurried.server.slow_down()
    press(hurried, "÷ 2")
    see_two_charts(hurried)
    press(hurried, "Stop")
    expect(hurried.page.get_by_text("Stopped. The weights of the last report are kept")).to_be_visible()
    expect(hurried.page.locator(CHARTS)).to_have_count(2)


def test_a_click_that_the_browser_sends_twice_is_one_click(hurried):
    hurried.open(LONG)
    press(hurried, "Start")
    see_two_charts(hurried)
    (run,) = [run for run in list_runs(hurried.server.runs) if run.is_alive()]
    hurried.server.slow_down()
    hurried.click_twice_over("÷ 2")
    expect(hurried.page.get_by_text("(× 0.5)")).to_be_visible()
    hurried.click_twice_over("÷ 10")
    expect(hurried.page.get_by_text("(× 0.05)")).to_be_visible()
    hurried.click_twice_over("Pause")
    expect(hurried.page.get_by_role("button", name="Resume")).to_be_visible()
    press(hurried, "× 2")  # what the server hears later shows that it has heard all the others
    expect(hurried.page.get_by_text("(× 0.1)")).to_be_visible()
    assert run.control.rate_factor() == 0.1
    assert run.control.command() == "pause"
    press(hurried, "Stop")
    expect(hurried.page.get_by_text("Stopped. The weights of the last report are kept")).to_be_visible()


def test_a_paused_run_is_drawn_anew_when_somebody_does_something_and_not_before(hurried, visit):
    hurried.open(LONG)
    press(hurried, "Start")
    see_two_charts(hurried)
    (run,) = [run for run in list_runs(hurried.server.runs) if run.is_alive()]
    hurried.server.slow_down()
    watcher, received = visit(), []
    watcher.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(str(frame))))
    watcher.open(f"Train?run={run.id}")
    press(hurried, "Pause")
    expect(watcher.page.get_by_role("button", name="Resume")).to_be_visible()

    def redraws():
        """How often the server draws anything while the page asks four times whether anything has happened."""
        received.clear()
        for _ in range(4):
            watcher.page.wait_for_event("request", lambda request: "/events?" in request.url)
        return len(received)

    wait_for(lambda: redraws() == 0)
    press(hurried, "Resume")
    expect(watcher.page.get_by_role("button", name="Pause", exact=True)).to_be_enabled()
    see_two_charts(watcher)
    press(hurried, "Pause")
    expect(watcher.page.get_by_role("button", name="Resume")).to_be_visible()
    os.kill(json.loads((run.path / "worker.json").read_text())["process"], signal.SIGKILL)
    expect(watcher.page.get_by_text("The training was interrupted")).to_be_visible()
