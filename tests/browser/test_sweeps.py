"""A sweep in a real browser: the prediction by a click on the plane, points that appear live, stop."""

import pytest
from playwright.sync_api import expect

from mnist_core.sweeps.sweep import list_sweeps
from tests.support.browser import serve

LEFT, RIGHT, TOP, BOTTOM = 74, 78, 36, 44
"""CSS pixels around the plot of the plane (mnist_core/figures/sweeps.py)."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


def test_a_learner_predicts_and_watches_the_points_appear(visit, server):
    learner = visit()
    learner.open("Runs?view=sweeps")
    start = learner.page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_disabled()
    plane = learner.page.locator("[_echarts_instance_]").first
    plane.locator("canvas, svg").first.wait_for()
    box = plane.bounding_box()
    width, height = box["width"] - LEFT - RIGHT, box["height"] - TOP - BOTTOM
    # The seventh of twelve learning rates, the second of four batch sizes from below.
    plane.click(position={"x": LEFT + width * 6 / 11, "y": TOP + height * (1 - 1.5 / 4)})
    expect(learner.page.get_by_text("Your prediction: learning rate 0.04329, batch size 64")).to_be_visible()
    expect(start).to_be_enabled()
    start.click()
    expect(learner.page.get_by_text("It is searching")).to_be_visible()
    (sweep,) = list_sweeps(server.runs)
    assert sweep.prediction() == {"learning_rate": pytest.approx(0.0432876), "batch_size": 64}
    expect(learner.page.get_by_text("Best so far:")).to_be_visible()
    learner.page.get_by_role("button", name="Stop", exact=True).click()
    expect(learner.page.get_by_text("It is stopped")).to_be_visible()
    assert sweep.status() == "stopped"
