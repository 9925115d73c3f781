"""The Story page: ten screens, each with one live thing, and the notebook at its end."""

import base64
import math
import re
import shutil

import numpy as np
import pytest

from mnist_core.asker import seat_of
from mnist_core.explain.softmax_regression import descend
from mnist_core.export.notebook import Choices, to_notebook
from mnist_core.figures.network_picture import network_picture
from mnist_core.paths import CHECKPOINTS
from mnist_core.presets import preset
from mnist_core.runs.store import list_runs
from tests.support.pages import as_read, finished_run, in_hand, texts, widget
from ui.story.learning_rates import describe_rate
from ui.story.rules import describe_rule
from ui.story.small_model import IMAGES, STEPS
from ui.story.training import describe_descent

PAGE = "pages/2_Story.py"


def html(page):
    return "\n".join(str(one.proto.body) for one in page.main.get("html"))


def pictures(page):
    return "".join(base64.b64decode(data).decode() for data in re.findall(r"svg\+xml;base64,([^\"]+)", html(page)))


def test_one_walks_through_all_screens_and_back(open_page):
    page = open_page(PAGE)
    titles = []
    for number in range(1, 11):
        assert not page.exception
        titles.append(page.title[0].value)
        assert page.query_params.get("screen", "1") == str(number)
        assert widget(page.button, "Next").disabled == (number == 10)
        if number < 10:
            widget(page.button, "Next").click().run()
    assert titles[0] == "1. A model is a function"
    assert titles[-1] == "10. The notebook"
    widget(page.button, "Back").click().run()
    assert page.title[0].value == "9. The same distribution"


@pytest.mark.parametrize("asked", ["0", "11", "x", "99999999", "²"])
def test_a_screen_that_there_is_not_is_the_nearest_or_the_first(open_page, asked):
    page = open_page(PAGE, screen=asked)
    assert page.title[0].value.startswith(("1. ", "10. "))


def test_the_pair_of_the_chosen_index_is_shown_with_what_the_network_says(open_page, mnist):
    page = open_page(PAGE, screen="2", model="notebook")
    assert "the same, over 99.99% sure" in texts(page), "no certainty is rounded up to 100%"
    widget(page.number_input, "Index").set_value(8).run()
    told = texts(page)
    assert f"*y* is **{mnist.test_labels[8]}**" in told
    assert "*F(x)* is **" in told


def test_the_rule_by_hand_is_counted(open_page, mnist):
    page = open_page(PAGE, screen="3")
    widget(page.slider, "Pixels of ink from which on it is a 0").set_value(0).run()
    ones, both = int((mnist.test_labels == 1).sum()), int((mnist.test_labels <= 1).sum())
    assert page.metric[0].value == f"{1 - ones / both:.1%}"
    assert f"It calls {ones:,} of the ones a 0, and 0 of the zeros a 1." in texts(page)
    assert describe_rule(np.array([True]), np.array([0])) == "No image is read wrong."


def test_each_step_lowers_the_loss(open_page):
    page = open_page(PAGE, screen="4")
    assert "No step yet: the loss is 2.30" in texts(page)
    widget(page.button, "Ten steps").click().run()
    widget(page.button, "One step").click().run()
    assert "After 11 steps the loss is" in texts(page)
    widget(page.button, "Start anew").click().run()
    assert "No step yet" in texts(page)


def test_softmax_regression_descends_by_the_true_gradient(mnist):
    images, labels = mnist.train_images[:50], mnist.train_labels[:50]
    before, after = descend(images, labels, 1e-3, 1).losses
    x, truth = images.reshape(50, -1) / 255, np.eye(10)[labels]
    gradient = x.T @ (0.1 - truth) / 50, (0.1 - truth).mean(0)
    assert before == pytest.approx(math.log(10))
    assert before - after == pytest.approx(1e-3 * sum((g**2).sum() for g in gradient), rel=0.01)
    assert describe_descent([before, after], 0.5) == (
        f"After 1 step the loss is {after:.2f}, and 50% of the 3,000 images are read right."
    )


def test_a_learning_rate_can_be_too_low_too_high_and_right(mnist):
    images, labels = mnist.train_images[:IMAGES], mnist.train_labels[:IMAGES]
    said = {rate: describe_rate(rate, descend(images, labels, rate, STEPS)) for rate in (0.003, 0.3, 30.0)}
    assert "too short" in said[0.003]
    assert "too long" in said[30.0]
    assert "too" not in said[0.3]


def test_every_rate_that_was_tried_stays_on_the_chart(open_page):
    page = open_page(PAGE, screen="6")
    slider = widget(page.select_slider, "Learning rate")
    slider.set_value(1.0).run()
    widget(page.select_slider, "Learning rate").set_value(0.1).run()
    legend = html(page)
    assert all(f"</b> {rate}</span>" in legend for rate in ("0.01", "1", "0.1"))


def test_the_picture_draws_what_the_digit_uses(open_page, mnist):
    page = open_page(PAGE, screen="5")
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    page.run()
    drawn = pictures(page)
    assert drawn.count("<circle") == 16 + 16 + 10
    assert drawn.count("<line") > 60
    assert "the network reads 7" in html(page)
    image = np.zeros((28, 28))
    image[14, 14] = 1
    layers = [(np.ones((2, 784)), np.ones(2)), (np.array([[1.0, 0.0]]), np.ones(1))]
    assert network_picture("", image, layers, 0).count("<line") == 2 + 1, "what carries nothing is not drawn"


def test_the_cycle_holds_the_visitors_own_runs(open_page, sit_down, tiny):
    me = sit_down("me")
    page = open_page(PAGE, screen="7")
    page.run()
    assert "You have not been round yet" in texts(page)
    finished_run(tiny, name="mine", asker=me)
    finished_run(tiny, name="theirs", asker=seat_of("another"))
    page.run()
    assert "You have been round **1 time**; the best so far is **mine**, 98.76%." in as_read(texts(page))
    assert "mine: 98.76%" in pictures(page)
    assert "theirs" not in html(page) + pictures(page)
    better = finished_run(tiny, name="mine", accuracy=0.99, asker=me)
    page.run()
    name = f"mine ({better.id[-4:]})"
    assert f"You have been round **2 times**; the best so far is **{name}**, 99.00%." in as_read(texts(page))
    assert f"{name}: 99.00%" in pictures(page), "runs of one name are told apart"


def test_bias_and_variance_are_told_of_ones_own_curves(open_page, sit_down, tiny):
    me = sit_down("me")
    page = open_page(PAGE, screen="8")
    page.run()
    assert "you have not trained yet" in texts(page)
    finished_run(tiny, asker=me)
    page.run()
    assert len(page.get("echarts_chart")) == 1
    widget(page.button, "Train one on 300 images").click().run()
    assert widget(page.selectbox, "Preset").value == "overfit"


def test_a_digit_that_leaves_the_distribution_is_read_otherwise(open_page, mnist):
    page = open_page(PAGE, screen="9", model="notebook")
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    page.run()
    assert "As before it is read as **7**" in texts(page)
    slider = next(one for one in page.slider if one.label.startswith("How much"))
    slider.set_value(90.0).run()
    assert "Before it was a 7; now it is read as **" in texts(page)


def test_the_cells_run_one_by_one(open_page, tiny):
    page = open_page(PAGE, screen="10")

    def run(number):
        buttons = [button for button in page.button if button.label in ("Run", "Run again")]
        assert not buttons[number - 1].disabled
        assert all(button.disabled for button in buttons[number:])
        buttons[number - 1].click().run()
        assert not page.exception

    widget(page.select_slider, "Training images").set_value(1_000).run()
    run(1)
    assert "60,000 training images, 10,000 test images" in [one.value for one in page.text]
    run(2)
    assert "label: 3" in [one.value for one in page.text]
    run(3)
    assert "49,770 parameters" in page.code[3].value
    run(4)
    assert any("250 steps" in one.value for one in page.text)
    run(5)
    (started,) = list_runs()
    assert started.config() == preset("notebook").replace(train_size=1_000, epochs=2)
    run(6)
    assert "It is not there yet: the training still goes on." in [one.value for one in page.text]
    ended = finished_run(tiny)
    shutil.copy(CHECKPOINTS / "notebook.safetensors", ended.snapshot)
    page.session_state["digit-lab.story.notebook-run"] = ended.id
    page.run()
    assert "test accuracy 98.76%" in [one.value for one in page.text]
    run(7)
    assert html(page).count("<figcaption>") == 8
    widget(page.button, "Clear all outputs").click().run()
    assert not page.text


def test_the_notebook_to_take_home_has_the_numbers_of_the_page(open_page, monkeypatch):
    offered = []
    monkeypatch.setattr("streamlit.download_button", lambda label, data, **options: offered.append(data))
    page = open_page(PAGE, screen="10")
    widget(page.number_input, "Index of the image").set_value(3).run()
    assert offered[-1] == to_notebook(Choices(index=3))
