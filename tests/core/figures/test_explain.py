import numpy as np
import pytest

from mnist_core.figures.colours import DIGITS
from mnist_core.figures.diverging import colour, largest, overlay, usual
from mnist_core.figures.explain import map_figure, maps_figure, units_figure


@pytest.mark.parametrize(("count", "side"), [(1, 28), (5, 3), (32, 24), (64, 1)])
def test_every_map_is_on_the_sheet_once_under_its_target(count, side):
    values = np.random.default_rng(0).normal(size=(count, side, side)).astype(np.float32)
    sheet, crossed, targets = maps_figure(values, "title", "value").data
    assert np.isfinite(sheet.z).sum() == values.size
    assert len(targets.x) == count
    assert len(crossed.x) == 0
    for one, x, y in zip(values, targets.x, targets.y, strict=True):
        top, left = round(y - (side - 1) / 2), round(x - (side - 1) / 2)
        assert (sheet.z[top : top + side, left : left + side] == one).all()
    assert -sheet.zmin == sheet.zmax == np.abs(values).max()


def test_what_is_off_is_crossed_out():
    _, crossed, targets = maps_figure(np.ones((6, 3, 3), np.float32), "t", "weight", off=[4, 1]).data
    assert list(zip(crossed.x, crossed.y, strict=True)) == [(targets.x[i], targets.y[i]) for i in (1, 4)]


def test_a_pixels_target_is_counted_row_by_row():
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    figure = map_figure(values, 20, "t", 2, 1)
    heat, targets = figure.data
    assert (targets.x[6], targets.y[6], targets.text[6]) == (2, 1, "row 1, column 2: 6.000")
    assert (heat.zmin, heat.zmax) == (-20, 20)
    (frame,) = figure.layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (0.5, 1.5, 1.5, 2.5)


def test_logits_are_in_the_digits_colours_and_other_units_in_one():
    assert list(units_figure(np.ones(10), "t", "logit").data[0].marker.color) == list(DIGITS)
    assert isinstance(units_figure(np.ones(10), "t", "value").data[0].marker.color, str)


def test_zero_is_black_above_is_orange_and_below_is_blue():
    black, warm, cold, beyond = colour(np.array([0.0, 0.5, -0.5, 9.0]), 1.0)
    assert (black == 0).all()
    assert warm[0] > warm[2]
    assert cold[2] > cold[0]
    assert (beyond == colour(np.array([1.0]), 1.0)[0]).all()


def test_an_overlay_shows_the_digit_where_nothing_is_said():
    image = np.linspace(0, 1, 784).reshape(28, 28)
    say = np.zeros((28, 28))
    grey = overlay(image, say, 1.0)
    assert (grey[..., 0] == grey[..., 2]).all()
    assert grey[27, 27, 0] > grey[0, 5, 0]
    say[0, 0], say[0, 1] = 1, -1
    tinted = overlay(image, say, 1.0)
    assert tinted[0, 0, 0] > tinted[0, 0, 2]
    assert tinted[0, 1, 2] > tinted[0, 1, 0]


def test_scales_of_nothing_and_of_one_extreme():
    assert largest(np.zeros(3)) == usual(np.zeros(3)) == 1
    assert usual(np.array([1.0] * 99 + [-50.0] + [0.0] * 500)) == 1
