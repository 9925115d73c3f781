from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mnist_core.export.svg import Axis, Curve, chart, round_ticks

LINE = Curve(name="a < b", colour="#123456", points=[(0, 0), (5, 100), (10, 50)], radii=[2, 3, 4])


def drawn(*curves):
    return ElementTree.fromstring(chart(curves, Axis("epochs", 0, 10), Axis("right (%)", 0, 100), 'a "chart"'))


def test_points_stand_where_their_values_are():
    circles = [(float(c.get("cx")), float(c.get("cy")), float(c.get("r"))) for c in drawn(LINE).iter("circle")]
    (left, bottom, _), (middle, top, _), (right, half, _) = circles
    assert left < middle < right
    assert middle == pytest.approx((left + right) / 2, abs=0.1)
    assert half == pytest.approx((top + bottom) / 2, abs=0.1)
    assert top < bottom, "upwards is more"
    assert [radius for _, _, radius in circles] == [2, 3, 4]


def test_texts_name_the_axes_and_the_curves():
    root = drawn(LINE, Curve(name="", colour="grey", points=[(0, 0), (10, 100)], dotted=True))
    texts = [text.text for text in root.iter("text")]
    assert {"epochs", "right (%)", "● a < b", "0", "100", "10"} <= set(texts)
    assert root.get("aria-label") == 'a "chart"'
    assert len(list(root.iter("circle"))) == 3, "a dotted line has no marks"


@given(some.floats(-1e4, 1e4), some.floats(1e-3, 1e4))
def test_ticks_are_few_and_within_the_axis(low, length):
    high = low + length
    ticks = list(round_ticks(low, high))
    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-6 * length <= tick <= high + 1e-6 * length for tick in ticks)
    assert len(set(round_ticks(low, high).values())) == len(ticks)


def test_ticks_are_round():
    assert list(round_ticks(0, 100).values()) == ["0", "20", "40", "60", "80", "100"]
    assert list(round_ticks(0, 0.15).values()) == ["0", "0.05", "0.1", "0.15"]
    with pytest.raises(ValueError, match="low < high"):
        round_ticks(1, 1)
