"""The section "Break it" on the Draw page, with a digit in hand."""

import numpy as np
import pytest

from tests.support.pages import texts, widget
from ui.draw import break_it
from ui.shared.kept import DigitInHand


@pytest.fixture
def draw(open_page, mnist):
    """The Draw page with the first test image, a 7, in hand."""

    def draw(label=7):
        page = open_page("pages/6_Draw.py", model="notebook")
        image = mnist.test_images[0].astype(np.float32) / np.float32(255)
        page.session_state["digit-lab.digit"] = DigitInHand(image, "A test image", label)
        return page.run()

    return draw


def switched_on(page):
    widget(page.segmented_control, "Look closer").set_value("Break it").run()
    assert not page.exception
    return page


def bars(page):
    """The bars of the page in order: those of the answer, then those of the changed digit."""
    bodies = [str(html.proto.body).partition('<div class="bars"') for html in page.get("html")]
    return [bars for _, found, bars in bodies if found]


def test_nothing_is_computed_while_it_is_closed(draw, monkeypatch):
    monkeypatch.setattr(break_it, "probabilities", lambda *arguments: pytest.fail("computed"))
    page = draw()
    assert not page.exception
    assert not page.get("echarts_chart")


def test_the_unchanged_digit_is_read_as_above(draw):
    page = switched_on(draw())
    above, below = bars(page)
    assert below == above
    assert "Read as **7**" in texts(page)
    assert len(page.get("echarts_chart")) == 1
    assert "It stops being a 7 at −" in texts(page)


def test_the_slider_changes_the_image_and_what_is_read(draw):
    page = switched_on(draw())
    slider = widget(page.select_slider, "Rotation (degrees clockwise)")
    slider.set_value(180.0).run()
    above, below = bars(page)
    assert below != above
    assert "Read as **7**" not in texts(page)
    widget(page.segmented_control, "How").set_value("inversion").run()
    assert widget(page.select_slider, "Inversion (% inverted)").value == 0
    assert bars(page)[0] == bars(page)[1]


def test_without_a_label_the_learner_says_what_it_is(draw):
    page = switched_on(draw(label=None))
    choice = widget(page.selectbox, "It is a")
    assert choice.value == 7
    choice.set_value(3).run()
    assert "The network reads a 7 even in the unchanged image, not a 3." in texts(page)


def test_with_a_label_nobody_is_asked(draw):
    assert all(box.label != "It is a" for box in switched_on(draw()).selectbox)
