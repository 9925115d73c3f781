"""Exploring in a real browser: arrow keys, a click on the wall, hover and click on the map."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_core.asker import TEACHER
from mnist_core.explore.analyses import MAP_SIZE, map_indices
from mnist_core.figures.explore import MAP_GRID
from mnist_core.runs.store import create_run
from tests.support.maps import keep_map


def shows(visitor, part, index):
    expect(visitor.page.locator(f'img.pixels[alt^="{part} image {index},"]')).to_be_visible()


def test_arrow_keys_turn_the_pages_and_leave_a_typed_number_alone(visit):
    learner = visit()
    with learner.page.expect_response(re.compile("/EChartsChart")) as ahead:  # there is no chart here, but may be next
        learner.open("Explore?part=test&index=42")
    assert ahead.value.ok
    expect(learner.page.get_by_role("button", name="Next")).to_be_visible()
    shows(learner, "test", 42)
    learner.page.keyboard.press("ArrowRight")
    shows(learner, "test", 43)
    learner.page.keyboard.press("ArrowLeft")
    shows(learner, "test", 42)
    learner.page.keyboard.press("ArrowLeft")
    shows(learner, "test", 41)
    expect(learner.page).to_have_url(re.compile("index=41"))
    field = learner.page.get_by_role("spinbutton")
    field.fill("123")
    for key in ("ArrowLeft", "ArrowRight", "ArrowLeft", "4", "Enter"):
        field.press(key)
    shows(learner, "test", 1243)
    learner.page.reload()
    shows(learner, "test", 1243)


def test_a_click_on_the_wall_takes_the_digit_in_hand(visit, mnist):
    learner = visit()
    learner.open("Explore?section=wall&part=test")
    index = int(np.random.default_rng(0).choice(10_000, 40, replace=False)[7])
    label = mnist.test_labels[index]
    brick = learner.page.get_by_role("button", name=f"Test image {index:,}, a {label}")
    brick.click()
    expect(learner.page.get_by_text(f"Test image {index:,}, labelled {label}.")).to_be_visible()
    expect(brick).to_have_attribute("aria-pressed", "true")
    expect(learner.page).to_have_url(re.compile(f"index={index}"))
    learner.go("Draw")
    expect(learner.page.get_by_text(f"Test image {index:,}, labelled {label}")).to_be_visible()
    expect(learner.page.locator("#answer")).to_be_visible()


@pytest.fixture
def mapped(server):
    """A map on which the first image lies alone in the middle."""
    points = np.random.default_rng(0).normal(10, 1, (MAP_SIZE, 2)).astype(np.float32)
    points[1::2] -= 20
    points[0] = 0
    points[[1, 2]] = [[-20, -20], [20, 20]]  # so that both axes reach from -20 to 20
    keep_map(server.runs, points)


def test_a_point_of_the_map_shows_its_image_and_is_taken_by_a_click(visit, mapped, mnist):
    learner = visit()
    learner.open("Explore?section=map")
    chart = learner.page.get_by_role("img", name="5,000 training images by the last layer of “best”")
    box = chart.bounding_box()
    index = map_indices(60_000)[0]
    where = (
        box["x"] + (MAP_GRID["left"] + box["width"] - MAP_GRID["right"]) / 2,
        box["y"] + (MAP_GRID["top"] + box["height"] - MAP_GRID["bottom"]) / 2,
    )
    preview = learner.page.locator(".map-image")
    expect(preview).to_be_hidden()
    learner.page.mouse.move(where[0] - 30, where[1])
    learner.page.mouse.move(*where, steps=5)
    expect(preview).to_be_visible()
    expect(preview).to_have_css("background-image", re.compile("^url"))
    expect(preview).to_have_css("background-position", "0px 0px")
    learner.page.mouse.click(*where)
    expect(learner.page.get_by_text(f"Training image {index:,}, labelled {mnist.train_labels[index]}.")).to_be_visible()
    learner.page.mouse.move(where[0] - 30, where[1])
    expect(preview).to_be_hidden()
    learner.page.mouse.move(*where, steps=5)
    expect(preview).to_be_visible()


def test_on_a_phone_what_matters_comes_first_and_nothing_is_cut_off(visit, server, tiny):
    phone = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.page
    run = create_run(tiny, "fast", server.runs, asker=TEACHER)
    phone.open(f"Train?run={run.id}")
    loss, accuracy = (page.get_by_role("img", name=name).bounding_box() for name in ("Loss", "Accuracy"))
    start = page.get_by_role("button", name="Start").bounding_box()
    assert loss["y"] < accuracy["y"] < start["y"]

    phone.open("Explore?section=statistics")
    digits = page.locator(".digit-rows img")
    assert digits.count() == 20
    assert all(box["x"] + box["width"] <= 390 for box in (one.bounding_box() for one in digits.all()))

    phone.open("Explore?section=wall")
    hint = page.get_by_text("Click on an image").bounding_box()
    assert hint["y"] < page.get_by_text("Forty random").bounding_box()["y"]
