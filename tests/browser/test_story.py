"""The Story page in a real browser: the pen on its first screens, the notebook at its end, and a phone."""

import pytest
from playwright.sync_api import expect

from mnist_core.runs.store import list_runs
from tests.support.browser import serve
from tests.support.strokes import DIGITS
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


def test_the_pen_moves_the_answer_and_lights_other_connections(visit):
    learner = visit()
    learner.open("Story")
    learner.ready()
    learner.draw(*DIGITS[1])
    learner.answer(1)
    for number in range(2, 6):
        learner.page.get_by_role("button", name="Next").click()
        learner.page.wait_for_url(f"**screen={number}*")
        learner.settle()
    picture = learner.page.locator("img.drawn")
    before = picture.get_attribute("src")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    learner.draw([(0.2, 0.5), (0.8, 0.5)])
    expect(picture).not_to_have_attribute("src", before)


def test_the_cells_of_the_notebook_train_a_network_and_use_it(visit, server):
    learner = visit()
    learner.open("Story?screen=10")
    size = learner.page.get_by_role("slider", name="Training images")
    size.focus()
    for _ in range(2):
        learner.page.keyboard.press("ArrowLeft")
    for number in range(1, 6):
        learner.page.get_by_role("button", name="Run", exact=True).nth(0).click()
        expect(learner.page.get_by_role("button", name="Run again")).to_have_count(number)
    wait_for(lambda: list_runs(server.runs))
    (run,) = list_runs(server.runs)
    wait_for(lambda: run.status(run.history()) == "finished")
    expect(learner.page.get_by_text("epoch 2: loss")).to_be_visible()
    for number in (6, 7):
        learner.page.get_by_role("button", name="Run", exact=True).nth(0).click()
        expect(learner.page.get_by_role("button", name="Run again")).to_have_count(number)
    expect(learner.page.get_by_text(f"test accuracy {run.history().test_accuracy:.2%}")).to_be_visible()
    with learner.page.expect_download() as download:
        learner.page.get_by_role("button", name="notebook.ipynb").click()
    assert '"nbformat": 4' in download.value.path().read_text()


def test_no_screen_is_wider_than_a_phone(visit):
    learner = visit(viewport={"width": 390, "height": 844})
    for number in range(1, 11):
        learner.open(f"Story?screen={number}")
        expect(learner.page.locator("h1")).to_be_visible()
        wide = learner.page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth")
        assert wide <= 0, f"screen {number} is {wide} pixels too wide"
