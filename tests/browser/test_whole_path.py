"""What a class does, in a real browser: train and watch, reload, come back, stop, and go on after a crash."""

import json
import os
import re
import signal

import pytest
from playwright.sync_api import expect

from mnist_core.figures.colours import TRAINING, VALIDATION
from mnist_core.runs.store import find_run, list_runs
from tests.support.browser import CURVE_ENDS, LONG, Server, Visitor, serve
from tests.support.strokes import DIGITS
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


def start(visitor, path=LONG):
    """Press Start and return the new run."""
    visitor.open(path)
    visitor.page.get_by_role("button", name="Start").click()
    visitor.page.wait_for_url("**run=*")
    return find_run(re.search(r"run=([a-z0-9-]+)", visitor.page.url)[1], visitor.server.runs)


def stop(visitor, run):
    visitor.page.get_by_role("button", name="Stop", exact=True).click()
    expect(visitor.page.get_by_text("Stopped. The weights of the last report are kept")).to_be_visible()
    assert run.status(run.history()) == "stopped"


def test_train_watch_reload_leave_stop_and_draw(visit):
    learner = visit()
    run = start(learner)
    wait_for(lambda: run.history().steps)
    learner.server.slow_down()
    learner.watch_curves_move()

    learner.page.reload()
    learner.watch_curves_move()

    teacher = visit()
    teacher.open("Train")  # a second visitor, with no link: what is under way
    teacher.watch_curves_move()

    learner.go("Explore")
    learner.go("Train")
    learner.watch_curves_move()
    learner.page.get_by_role("button", name="Pause").click()
    expect(learner.page.get_by_role("button", name="Resume")).to_be_visible()
    learner.page.get_by_role("button", name="Resume").click()
    expect(learner.page.get_by_role("button", name="Pause")).to_be_visible()
    stop(learner, run)
    expect(teacher.page.get_by_text("Stopped. The weights of the last report are kept")).to_be_visible()

    learner.page.get_by_role("button", name="Take in hand").click()
    learner.page.wait_for_url(f"**model={run.id}*")
    learner.go("Draw")
    expect(learner.page).to_have_url(re.compile(f"model={run.id}"))

    learner.open("Draw?model=best")
    for digit in (2, 3, 4, 7, 8):
        learner.draw(*DIGITS[digit])
        learner.answer(digit)
        learner.clear()


def test_a_short_training_ends_with_its_test_accuracy(visit):
    learner = visit()
    run = start(learner, "Train?train_size=3000&validation_size=1000")
    wait_for(lambda: run.status(run.history()) == "finished")
    accuracy = f"{run.history().test_accuracy:.2%}"
    expect(learner.page.locator('[data-metric="test"]')).to_have_text(accuracy)
    verdict = learner.page.get_by_role("button", name="Draw with it")
    expect(verdict).to_be_in_viewport(ratio=1)  # of a projector's 1366 x 768, with no scrolling
    verdict.click()
    learner.page.wait_for_url(f"**/Draw?*model={run.id}*")
    expect(learner.page.get_by_text("your newest")).to_be_visible()
    learner.draw(*DIGITS[1])
    learner.page.wait_for_selector("[data-answer]:visible")
    learner.go("Runs")
    table = learner.page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 18, "y": 53})  # the box of the first row; the table is one drawing
    learner.page.get_by_role("button", name="Take in hand").click()
    learner.page.wait_for_url(f"**model={run.id}*")
    expect(learner.page.get_by_text("This run's network is the model in hand.")).to_be_visible()
    expect(learner.page.get_by_test_id("stDataFrame")).to_have_count(3)  # with its settings and its layers


def test_the_digit_in_hand_goes_along_from_explore_to_draw(visit):
    learner = visit()
    learner.open("Draw")
    learner.draw(*DIGITS[0])
    learner.answer(0)
    learner.go("Runs")
    learner.go("Draw")
    learner.answer(0)  # it is on the board again
    learner.go("Explore")
    learner.page.get_by_role("button", name="Take it in hand").click()
    learner.page.wait_for_url("**/Draw*")
    learner.answer(5)
    expect(learner.page.get_by_text("Training image 0, labelled 5")).to_be_visible()


def test_a_killed_worker_and_a_killed_server_lose_nothing(chromium, tmp_path):
    server = Server(tmp_path / "runs")
    visitor = Visitor(chromium, server)
    try:
        run = start(visitor)
        wait_for(lambda: run.history().steps)
        server.slow_down()
        visitor.watch_curves_move()
        wait_for(lambda: run.history().epochs)
        server.kill()
        steps = run.history().step
        wait_for(lambda: run.history().step > steps)  # the worker lives on
        server.start()
        visitor.open(f"Train?run={run.id}")
        visitor.watch_curves_move()
        expect(visitor.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()

        os.kill(json.loads((run.path / "worker.json").read_text())["process"], signal.SIGKILL)
        expect(visitor.page.get_by_text("The training was interrupted")).to_be_visible()
        visitor.page.wait_for_function(f"() => ({CURVE_ENDS})({[TRAINING, VALIDATION]}).length == 4")  # they are kept
        epochs = len(run.history().epochs)
        visitor.page.get_by_role("button", name="Resume").click()
        wait_for(lambda: len(run.history().epochs) > epochs)
        visitor.open("Runs")
        assert [r.id for r in list_runs(server.runs)] == [run.id]
        visitor.open("Train")
        stop(visitor, run)
    finally:
        visitor.context.close()
        server.stop()
