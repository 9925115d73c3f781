"""The section on robustness as a script, on a data set of fifty images so that it is measured at once."""

from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.background import Progress
from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.robustness import POINTS, Point, Robustness
from tests.support.pages import as_read, texts
from tests.support.waiting import wait_for
from ui.cached import measurements, models


@pytest.fixture(autouse=True)
def few_images(monkeypatch):
    monkeypatch.setattr(measurements, "sample", lambda labels: np.arange(50))


def section():
    from ui.cached import models
    from ui.evaluate import robustness
    from ui.shared import session

    model = models.find_model(session.model())
    assert model
    robustness.show(model)


@pytest.fixture
def opened():
    def opened(model="notebook"):
        page = AppTest.from_function(section, default_timeout=60)
        page.query_params["model"] = model
        return page.run()

    return opened


def measured(page, names=("notebook",)):
    """Switch the measurement on and return the page as it is when it has ended."""
    page.toggle[0].set_value(True).run()
    tasks = [measurements.robustness_of(models.find_model(name)) for name in names]
    wait_for(lambda: all([task.look().finished for task in tasks]))  # noqa: C419 each is to be looked at
    page.run()
    assert not page.exception
    return page


def charts(page):
    """The nine small ones, or the large one."""
    return page.get("echarts_chart") + page.get("plotly_chart")


def test_nothing_is_measured_before_it_is_asked_for(opened, monkeypatch):
    monkeypatch.setattr(measurements, "robustness_of", lambda model: pytest.fail("measured"))
    page = opened()
    assert not page.exception
    assert not charts(page)


def test_nine_charts_with_their_images_and_what_hurts_most(opened):
    page = measured(opened())
    assert len(charts(page)) == 9
    assert sum('class="pixels"' in str(html.proto.body) for html in page.get("html")) == 9
    assert "of the unchanged images right" in texts(page)
    assert "hurts it most" in texts(page)
    assert "It falls under 90% at rotation of" in texts(page)
    assert not page.get("progress")


def test_one_chart_large_with_what_is_read_in_each_image(opened):
    page = measured(opened())
    page.segmented_control[0].set_value("noise").run()
    assert len(charts(page)) == 1
    (gallery,) = (str(html.proto.body) for html in page.get("html") if "readings" in str(html.proto.body))
    assert gallery.count("<figure") == 3 * 8
    assert "read as 7" in gallery
    assert "The model in hand falls under 90% at" in texts(page)
    page.segmented_control[0].set_value("all nine").run()
    assert len(charts(page)) == 9


def test_a_second_network_is_measured_on_the_same_images(opened):
    page = opened()
    assert page.selectbox[0].options == ["best (shipped)", "everyone (shipped)"]
    page.selectbox[0].set_value("best").run()
    measured(page, ("notebook", "best"))
    for name in ("notebook", "best"):
        assert len(measurements.robustness_of(models.find_model(name)).look().result.points) == POINTS
    assert "Over all changed images: **notebook**" in texts(page)
    page.query_params["model"] = "best"  # the one that was compared is now in hand
    page.run()
    assert not page.exception
    assert "**best** reads" in texts(page)


def test_the_points_so_far_are_shown_with_a_bar(opened, monkeypatch):
    half = [Point(name, c.amounts[i], Accuracy(40 - 9 * i, 50)) for i in range(2) for name, c in CORRUPTIONS.items()]

    seen = Progress(Robustness(tuple(half), 0.25), seconds_left=12.4)
    monkeypatch.setattr(measurements, "robustness_of", lambda model: SimpleNamespace(look=lambda: seen))
    page = opened()
    page.toggle[0].set_value(True).run()
    assert len(charts(page)) == 9
    (bar,) = page.get("progress")
    assert bar.proto.text == "18 of 72 points, about 12 s left"
    assert bar.proto.value == 25
    assert "Rotation hurts it most: 62% read right at 10°" in texts(page)


def test_a_failed_measurement_is_a_sentence_and_can_be_tried_again(opened, monkeypatch):
    real = measurements.robustness
    monkeypatch.setattr(measurements, "robustness", lambda *_, threads: (1 / 0 for _ in range(1)))
    page = opened()
    page.toggle[0].set_value(True).run()
    task = measurements.robustness_of(models.find_model("notebook"))
    wait_for(lambda: task.look().failed)
    page.run()
    assert not page.exception
    assert "The robustness of notebook could not be measured. The calculation broke off" in as_read(page.error[0].value)
    assert not charts(page)
    monkeypatch.setattr(measurements, "robustness", real)
    page.button[0].click().run()
    wait_for(lambda: task.look().finished)
    page.run()
    assert not page.error
    assert len(charts(page)) == 9
