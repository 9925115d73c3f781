"""Inside, in a real browser: a click on a picture opens it, and a click on a pixel shows its arithmetic."""

import re

import pytest
from playwright.sync_api import expect

from mnist_core.explain.activations import activations
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.inference import predict
from mnist_core.paths import CHECKPOINTS
from tests.support.strokes import DIGITS


def click_in_heatmap(page, x, y):
    """Click at a place of the one picture of maps, x and y in 0..1 of it."""
    box = page.locator(".js-plotly-plot .heatmaplayer image").bounding_box()
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def crossed(page, count):
    """Wait until the pictures of filters are all that is drawn, and so many of them are crossed out."""
    page.wait_for_function(
        "count => { const p = document.querySelectorAll('.js-plotly-plot');"
        " return p.length == 1 && p[0].data?.[1].x.length == count && p[0].querySelector('.heatmaplayer image') }",
        arg=count,
    )


def picked(page, name, value):
    expect(page.get_by_role("spinbutton", name=name)).to_have_value(str(value))


def test_a_click_on_a_pixel_shows_its_receptive_field_and_a_sum_that_adds_up(visit, mnist):
    learner = visit()
    learner.open("Inside?model=notebook")
    page = learner.page
    expect(page.get_by_text("32 maps of 24 × 24")).to_be_visible()
    click_in_heatmap(page, 1 / 9 / 2, 1 / 8)  # the first of nine in the first of four rows
    expect(page.get_by_text("Map 0 of conv1: click a pixel")).to_be_visible()
    expect(page.locator(".js-plotly-plot .heatmaplayer image")).to_have_count(1)
    click_in_heatmap(page, 17.5 / 24, 6.5 / 24)
    picked(page, "Row", 6)
    picked(page, "Column", 17)
    expect(page.locator(".field")).to_have_attribute("data-field", "6,10,17,21")
    learner.settle()
    expect(page.locator("table.numbers")).to_have_count(3)
    rows = page.locator("table.sum tr").all_inner_texts()
    products, bias, total, value = [float(re.findall(r"−?[\d.]+$", row)[0].replace("−", "-")) for row in rows]
    assert products + bias == pytest.approx(total, abs=1e-9)
    model, _ = load_checkpoint(CHECKPOINTS / "notebook.safetensors")
    seen = {a.name: a.values for a in activations(model, mnist.test_images[0] / 255)}
    assert total == pytest.approx(seen["conv1"][0, 6, 17], abs=5.1e-5)
    assert value == pytest.approx(seen["act1"][0, 6, 17], abs=5.1e-5)

    page.reload()
    learner.settle()
    learner.go("Explore")
    page.get_by_role("button", name="Take it in hand").click()
    page.wait_for_url("**/Draw*")
    learner.go("Inside")
    learner.answer(predict(model, mnist.train_images[0].astype("float32") / 255).digit)
    expect(page.get_by_text("Training image 0, labelled 5.")).to_be_visible()


def test_a_click_on_a_filter_switches_it_off_and_another_on_again(visit):
    learner = visit()
    learner.open("Inside?model=notebook")
    page = learner.page
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_text("With all 32:")).to_be_visible()
    crossed(page, 0)
    for number, row in enumerate((1, 3, 5, 7), start=1):
        click_in_heatmap(page, 1 / 9 / 2, row / 8)
        expect(page.get_by_text(f"Without {number}:")).to_be_visible()
        crossed(page, number)
    click_in_heatmap(page, 1 / 9 / 2, 1 / 8)
    expect(page.get_by_text("Without 3:")).to_be_visible()
    crossed(page, 3)


def first_layer(page):
    """The picture in the chart of the first layer's maps."""
    return page.locator(".heatmaplayer image").first.get_attribute("href")


def test_on_a_small_board_maps_and_bars_follow_the_pen_which_stays_on_its_place(visit):
    learner = visit()
    page = learner.page
    learner.open("Inside")
    learner.ready()
    page.wait_for_selector(".heatmaplayer image", state="attached")
    board = page.locator("canvas.upper-canvas")
    place, before = board.bounding_box(), first_layer(page)
    (corners,) = DIGITS[1]
    learner.draw(corners[:2], lift=False)
    learner.page.wait_for_selector("#live-answer")
    half = first_layer(page)
    assert half != before
    page.mouse.move(place["x"] + 0.48 * place["width"], place["y"] + 0.84 * place["height"], steps=8)
    learner.live_answer(1)
    assert first_layer(page) not in (before, half)
    assert board.bounding_box()["y"] == pytest.approx(place["y"], abs=0.6)
    page.mouse.up()
    learner.answer(1)
    expect(page.get_by_text("Your drawing on this page.")).to_be_visible()
    expect(page.locator("#live-answer")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("stands in: there is no digit in hand yet")).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_text("Your drawing on this page.")).to_be_visible()
    learner.go("Draw")
    expect(page.get_by_text("this is the digit in hand, from elsewhere")).to_be_visible()
    learner.go("Inside")
    learner.answer(1)
