"""Real strokes on the real board: mouse and finger, every digit, every brush, numbers and scribbles, a picture."""

from itertools import pairwise
from math import cos, pi, sin

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.strokes import DIGITS


@pytest.fixture(scope="module")
def window(stay):
    """A window that stays, since a page that is loaded anew takes seconds."""
    visitor = stay()
    visitor.open("Draw")
    return visitor


@pytest.fixture
def learner(window):
    """Who leaves an empty board behind."""
    window.go_to("Draw")
    yield window
    window.clear()


def test_a_scribble_and_a_heart_are_refused_with_the_reason(learner):
    turns = [t / 20 for t in range(101)]
    learner.draw([(0.5 + t / 12 * cos(2 * pi * t), 0.5 + t / 12 * sin(2 * pi * t)) for t in turns])
    learner.answer("?")
    expect(learner.page.get_by_text("This does not look like a digit").filter(visible=True)).to_be_visible()
    learner.clear()
    round_of = [2 * pi * t / 60 for t in range(61)]
    high = [13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t) for t in round_of]
    learner.draw([(0.5 + sin(t) ** 3 / 3, 0.5 - y / 48) for t, y in zip(round_of, high, strict=True)])
    learner.answer("?")
    expect(learner.page.get_by_text("Its lines are hardly those of a digit").filter(visible=True)).to_be_visible()
    learner.clear()
    learner.draw(*DIGITS[3])
    learner.answer(3)


@pytest.mark.parametrize("key", [None, "Home", "End"], ids=["usual brush", "thinnest brush", "thickest brush"])
def test_drawn_digits_are_read_right_by_the_shipped_checkpoint(learner, key):
    expect(learner.page.get_by_text("Draw a digit from 0 to 9 on the black board").filter(visible=True)).to_be_visible()
    assert learner.page.locator("#answer").count() == 0
    if key:
        learner.page.get_by_test_id("stSlider").get_by_role("slider").press(key)
        learner.settle()
    for digit, strokes in DIGITS.items():
        learner.draw(*strokes)
        learner.answer(digit)
        bars = learner.page.locator(".bars:visible [data-digit]")
        assert bars.count() == 10
        shares = [float(text.split("\n")[-1].strip(">%")) for text in bars.all_inner_texts()]
        assert shares.index(max(shares)) == digit
        assert sum(shares) == pytest.approx(100, abs=1)
        learner.clear()


def test_two_digits_are_read_as_a_number_and_one_is_taken_in_hand(visit):
    learner = visit()
    learner.open("Draw")
    for digit, left in ((4, 0.0), (2, 0.5)):
        learner.draw(*[[(left + x / 2, y) for x, y in stroke] for stroke in DIGITS[digit]])
    learner.answer("42")
    expect(learner.page.locator(".number:visible figure")).to_have_count(2)
    expect(learner.page.locator(".boxes span")).to_have_count(2)
    learner.page.get_by_text("2: 2", exact=True).click()
    learner.settle()
    learner.page.get_by_text("Second model", exact=True).click()
    expect(learner.page.get_by_text("They agree")).to_be_visible()
    expect(learner.page.locator('[data-answer="2"]')).to_have_count(2)


def test_a_photo_is_read_and_a_broken_file_is_told(visit, tmp_path, mnist):
    paper = np.full((420, 560), 235, np.uint8)
    for place, index in enumerate((0, 1)):  # a 7 and a 2
        digit = Image.fromarray(np.array(mnist.test_images[index])).resize((168, 168), Image.Resampling.BICUBIC)
        area = paper[120:288, 80 + 200 * place : 248 + 200 * place]
        area[:] = np.minimum(area, 235 - (np.asarray(digit) * 0.8).astype(np.uint8))
    Image.fromarray(paper).save(tmp_path / "paper.png")
    (tmp_path / "broken.png").write_bytes((tmp_path / "paper.png").read_bytes()[:200])
    learner = visit()
    learner.open("Draw")
    learner.page.get_by_text("Picture", exact=True).click()
    learner.settle()
    learner.page.locator("input[type=file]").set_input_files(tmp_path / "paper.png")
    learner.answer("72")
    learner.page.locator("input[type=file]").set_input_files(tmp_path / "broken.png")
    expect(learner.page.get_by_text("damaged or incomplete")).to_be_visible()


def test_clear_undo_and_brush(visit):
    learner = visit()
    learner.open("Draw")
    learner.draw(*DIGITS[7])
    learner.answer(7)
    learner.page.locator("canvas.upper-canvas").evaluate("canvas => canvas.dataset.old = 1")
    learner.page.keyboard.press("Delete")
    learner.page.locator("canvas.upper-canvas:not([data-old])").wait_for()
    expect(learner.page.locator("#answer")).to_have_count(0)
    learner.draw(*DIGITS[0])
    learner.answer(0)
    learner.page.get_by_role("button", name="Undo").click()
    expect(learner.page.get_by_text("Draw a digit from 0 to 9 on the black board").filter(visible=True)).to_be_visible()
    learner.page.get_by_role("button", name="Redo").click()
    learner.answer(0)
    expect(learner.page.locator(".recipes figure")).to_have_count(4)
    learner.page.get_by_test_id("stSlider").get_by_role("slider").press("End")  # the thickest brush
    learner.settle()
    learner.answer(0)


def test_a_drawing_is_gone_on_with_after_another_page_and_a_reload_and_saved_and_filed_whole(visit, server):
    learner = visit()
    page = learner.page
    learner.open("Draw")
    learner.draw(DIGITS[5][1])
    half = page.locator("#live-answer").get_attribute("data-answer")
    learner.answer(half)
    assert half != "5"
    learner.go("Inside")
    learner.go("Draw")
    learner.answer(half)
    page.reload()
    learner.answer(half)
    learner.draw(DIGITS[5][0])
    learner.answer(5)
    page.get_by_role("button", name="Undo").click()
    learner.answer(half)
    page.get_by_role("button", name="Redo").click()
    learner.answer(5)

    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    ink = np.asarray(Image.open(download.value.path()).convert("L")) > 127
    points = np.concatenate(DIGITS[5]) * ink.shape[::-1]
    assert all(ink[round(y), round(x)] for x, y in points)
    rows, columns = ink.nonzero()
    around = [columns.min(), rows.min(), columns.max(), rows.max()]
    assert np.abs(around - np.concatenate([points.min(0) - 10, points.max(0) + 10])).max() <= 2  # half a brush

    row = page.get_by_test_id("stButtonGroup").filter(has_text="That was a …")
    row.get_by_text("5", exact=True).click()
    expect(page.get_by_text("Filed under 5: 1 drawing in the collection.")).to_be_visible()
    [drawing] = server.collection.drawings()[0]
    assert len(drawing.strokes) == 2


def test_a_phone_can_draw(visit):
    phone = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.open("Draw")
    board = phone.page.locator("canvas.upper-canvas")
    board.scroll_into_view_if_needed()
    board.click(position={"x": 280, "y": 10}, trial=True)  # no button lies unseen over the corner
    box = board.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = phone.page.evaluate(scrolled)
    touch = phone.context.new_cdp_session(phone.page)
    (corners,) = DIGITS[7]
    stroke = [
        (x + (next_x - x) * part / 8, y + (next_y - y) * part / 8)
        for (x, y), (next_x, next_y) in pairwise(corners)
        for part in range(9)
    ]
    for i, (x, y) in enumerate(stroke):
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove" if i else "touchStart", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.answer(7)
    assert phone.page.evaluate(scrolled) == before, "the page scrolled under the finger"
    phone.page.get_by_role("button", name="Undo").tap()
    expect(phone.page.get_by_text("Draw a digit from 0 to 9 on the black board").filter(visible=True)).to_be_visible()


def test_on_a_phone_the_menu_closes_when_a_page_is_chosen(visit):
    phone = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.open("Draw")
    phone.page.get_by_test_id("stExpandSidebarButton").click()
    phone.go("Inside")
    expect(phone.page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    phone.page.get_by_role("radio", name="Softmax").click(trial=True)
