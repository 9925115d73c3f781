"""The Draw page without a browser: everything but the board itself, which AppTest cannot draw on."""

import io

import numpy as np
import pytest
from PIL import Image

from mnist_core.runs import create_run
from mnist_core.strokes import Box
from mnist_core.worker import execute
from ui import answers, panels, resources
from ui.state import DigitInHand

HELD = "digit-lab.digit"


@pytest.fixture
def held(mnist):
    return DigitInHand(mnist.test_images[0] / np.float32(255), "Test image 0, labelled 7", 7)


def draw_page(open_page, held=None, **query):
    page = open_page("pages/4_Draw.py", **query)
    if held is not None:
        page.session_state[HELD] = held
        page.run()
    assert not page.exception
    return page


def texts(page):
    elements = [*page.markdown, *page.caption, *page.info, *page.error, *page.get("html")]
    return " ".join(str(getattr(e, "value", None) or getattr(e.proto, "body", "")) for e in elements)


def choose(page, label, option):
    [group] = [g for g in page.get("button_group") if g.label == label]
    group.set_value(option).run()
    assert not page.exception


def test_a_test_image_is_put_on_the_board_and_read(open_page):
    page = draw_page(open_page)
    choose(page, "Where the digit comes from", "MNIST")
    assert 'data-answer="7"' in texts(page)
    page.number_input[0].set_value(1).run()
    assert 'data-answer="2"' in texts(page)
    assert page.session_state[HELD].label == 2
    [random] = [b for b in page.button if b.label == "Random"]
    random.click().run()
    assert not page.exception
    assert page.number_input[0].value == page.session_state["digit-lab.draw.index"]


def test_a_second_model_answers_the_same_digit(open_page, held):
    page = draw_page(open_page, held)
    choose(page, "Look closer", "Second model")
    assert "They agree" in texts(page)
    differing = page.dataframe[0].value
    assert "batch norm" in set(differing["What differs"])
    assert differing.set_index("What differs").loc["test accuracy"].tolist() == ["99.58%", "98.67%"]


def test_a_shipped_network_has_no_past(open_page, held):
    page = draw_page(open_page, held)
    choose(page, "Look closer", "Time machine")
    assert "comes without its past" in texts(page)


def test_the_time_machine_goes_back_to_an_epoch(open_page, held, runs, tiny):
    run = create_run(tiny.replace(epochs=3), "x")
    list(execute(run))
    page = draw_page(open_page, held, model=run.id)
    choose(page, "Look closer", "Time machine")
    assert "After epoch **3** it read" in texts(page)
    [slider] = page.select_slider
    slider.set_value(1).run()
    assert "After epoch **1** it read" in texts(page)


def test_an_epoch_whose_network_is_damaged_is_told(open_page, held, runs, tiny):
    run = create_run(tiny, "x")
    list(execute(run))
    run.epoch_checkpoint(1).write_bytes(b"nothing")
    page = draw_page(open_page, held, model=run.id)
    choose(page, "Look closer", "Time machine")
    assert "epoch-001.safetensors" in texts(page)


def test_what_is_no_digit_is_refused_with_its_reason(open_page):
    page = draw_page(open_page, DigitInHand(np.ones((28, 28), np.float32), "A white square"))
    assert "This does not look like a digit" in texts(page)
    assert "pixels of ink" in texts(page)
    assert 'data-answer="?"' in texts(page)


def test_a_number_shows_each_digit_and_a_question_mark_for_what_is_none(mnist):
    model = resources.find_model("best")
    images = [mnist.test_images[0] / np.float32(255), np.ones((28, 28), np.float32)]
    shown = answers.number_html([answers.read(model, image) for image in images])
    assert 'data-answer="7?"' in shown
    assert shown.count('class="bars"') == 2


def test_a_network_that_never_kept_images_back_has_limits_too(runs, tiny, tmp_path):
    run = create_run(tiny.replace(validation_size=0), "x")
    list(execute(run))
    assert resources.limits(resources.find_model(run.id)).count == 500


def test_a_png_keeps_every_pixel():
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 4), np.uint8)
    assert (np.asarray(Image.open(io.BytesIO(panels.png(pixels)))) == pixels).all()


def test_a_frame_lies_where_its_digit_does():
    shown = panels.boxes_html(np.zeros((200, 100), np.float32), [Box(25, 50, 75, 150)], 300)
    assert "left:25.00%;top:25.00%;width:50.00%;height:50.00%" in shown
