"""Watch it learn your 7: the digit in hand and the hard images, read by a run while it learns."""

import re

import pytest
from playwright.sync_api import expect

from mnist_core.runs.store import list_runs
from tests.support.browser import serve
from tests.support.strokes import DIGITS
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


def test_the_digit_in_hand_and_twelve_hard_images_are_seen_to_be_learned(visit):
    visitor, errors = visit(), []
    visitor.page.on("pageerror", lambda error: errors.append(str(error)))
    visitor.open("Draw")
    visitor.draw(*DIGITS[7])
    visitor.answer(7)
    visitor.open("Train?train_size=6000&validation_size=1000&epochs=2")
    visitor.page.get_by_role("button", name="Start", exact=True).click()
    visitor.page.get_by_role("button", name="Watch twelve hard images").click()
    film, hard = visitor.page.locator(".film"), visitor.page.locator(".hard")
    expect(hard.locator("[data-right]")).to_have_count(12)
    expect(film.locator(".said")).to_have_text(re.compile(r"Read as 7 (at every look )?since step [\d,]+"))
    expect(film.locator('[data-digit="7"]')).to_have_css("font-weight", "700")
    visitor.page.wait_for_function("() => document.querySelector('.film canvas').width > 3")
    (run,) = list_runs(visitor.server.runs)
    wait_for(lambda: run.status(run.history()) == "finished")
    expect(visitor.page.get_by_role("button", name="+1 epoch")).to_be_enabled()
    right = hard.locator('[data-right="true"]')
    wait_for(lambda: right.count() >= 1)
    assert len(run.watched.keys()) == 13
    last = film.locator(".axis span").last.text_content()
    visitor.page.get_by_role("button", name="+1 epoch").click()
    expect(film.locator(".axis span").last).not_to_have_text(last)  # and it goes on
    wait_for(lambda: run.status(run.history()) == "finished")
    visitor.page.reload()
    expect(film.locator(".said")).to_have_text(re.compile("Read as 7"))
    expect(hard.locator("[data-right]")).to_have_count(12)
    visitor.open(f"Draw?model={run.id}")
    visitor.page.get_by_role("button", name="Time machine").or_(
        visitor.page.get_by_role("radio", name="Time machine")
    ).first.click()
    expect(visitor.page.get_by_text("While it learned")).to_be_visible()
    expect(visitor.page.locator(".film .said")).to_have_text(re.compile("Read as 7"))
    assert errors == []


FOLD = """async answers => {
    const { Readings, describeReadings } = await import("/live/js/readings.js")
    const readings = new Readings()
    readings.ask(["a"])
    for (const answer of answers) readings.take({ next: 0, more: false, anew: false, ...answer })
    const of = readings.of("a")
    const sentences = [null, 7].map(label => describeReadings(of, label))
    return [of.map(one => one.step), ...sentences, readings.ask(["b"]), readings.of("a").length]
}"""


def line(step, digit):
    return [step, step / 10, {"a": [1000 if one == digit else 0 for one in range(10)]}]


@pytest.mark.parametrize(
    ("answers", "steps", "said", "said_of_a_7"),
    [
        ([], [], "The network has not looked at it yet.", "The network has not looked at it yet."),
        (
            [{"lines": [line(1, 3), line(5, 7)]}, {"lines": [line(9, 7)]}],
            [1, 5, 9],
            "Read as **7** since step 5; before that as 3.",
            "Read right, as **7**, since step 5; before that as 3.",
        ),
        (
            [{"lines": [line(1, 7), line(1200, 7)]}],
            [1, 1200],
            "Read as **7** at every look since step 1.",
            "Read right, as **7**, at every look since step 1.",
        ),
        (
            [{"lines": [line(1, 7), line(5, 7), line(9, 1)]}, {"lines": [line(5, 8)]}],
            [1, 5],
            "Read as **8** since step 5; before that as 7.",
            "Not read right now: it is a 7, and read as **8**.",
        ),
        ([{"lines": [line(1, 7)]}, {"lines": [line(3, 7)], "anew": True}], [3], None, None),
    ],
    ids=["nothing", "learned", "always", "resumed", "replaced"],
)
def test_what_was_read_is_folded_and_said(page, answers, steps, said, said_of_a_7):
    found, words, of_a_7, address, left = page.evaluate(FOLD, answers)
    assert found == steps
    if said:
        assert (words, of_a_7) == (said, said_of_a_7)
    assert address == "&watched=0&drawings=b"
    assert left == 0, "what is asked for now was not asked for before"
