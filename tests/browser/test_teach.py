"""A class teaches a network its hand: drawings filed, before and after, the taught network in hand."""

import re

import pytest
from playwright.sync_api import expect

from mnist_core.asker import TEACHER
from mnist_core.jobs.execution import execute
from mnist_core.runs.store import create_run, find_run, list_runs
from tests.support.browser import serve
from tests.support.strokes import DIGITS


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


def test_a_round_of_filing_teaching_and_drawing_again(visit, server, tiny, mnist):
    start = create_run(tiny, "start", server.runs, asker=TEACHER)
    list(execute(start))
    for image, label in zip(mnist.train_images[:23], mnist.train_labels[:23], strict=True):
        server.collection.add(image / 255, int(label), asker=TEACHER)

    learner = visit()
    page = learner.page
    learner.open(f"Draw?model={start.id}")
    learner.draw(*DIGITS[3])
    row = page.get_by_test_id("stButtonGroup").filter(has_text="That was a …")
    row.get_by_text("8", exact=True).click()
    expect(page.get_by_text("Filed under 8: 24 drawings in the collection.")).to_be_visible()
    page.get_by_test_id("stButton").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Filed under 8")).to_have_count(0)
    row.get_by_text("3", exact=True).click()
    expect(page.get_by_text("Filed under 3: 24 drawings in the collection.")).to_be_visible()
    learner.settle()  # what is clicked while the page is still being drawn can be drawn anew under the click
    drawing = server.collection.drawings()[0][-1]
    assert (drawing.label, len(drawing.strokes)) == (3, len(DIGITS[3]))

    page.get_by_text("Your hand", exact=True).click()
    expect(page.get_by_text(re.compile("It reads [0-9]+ of 24 drawings right"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Teach start, ")).click()
    take = page.get_by_role("button", name=re.compile("Take .* in hand"))
    expect(take).to_be_visible(timeout=120_000)
    (taught,) = set(list_runs(server.runs)) - {start}
    history = find_run(taught.id, server.runs).history()
    assert history.test_accuracy is not None
    assert len(history.validations) >= 2, "before and after"

    take.click()
    page.wait_for_url(f"**model={taught.id}*")
    expect(page.get_by_role("combobox", name="Model in hand")).to_have_value(re.compile("^taught, "))
    expect(take).to_be_disabled()
    learner.settle()
    learner.clear()
    learner.draw(*DIGITS[3])
    page.wait_for_selector('[id$="answer"][data-answer]:visible')  # the server's, or the one that follows the pen
    page.reload()
    learner.settle()
    expect(page.get_by_role("combobox", name="Model in hand")).to_have_value(re.compile("^taught, "))
