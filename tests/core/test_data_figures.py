import numpy as np
import pytest

from mnist_core.figures.colours import DIGITS, TEST, TRAINING
from mnist_core.figures.data import balance_figure, grey_figure, ink_figure, map_figure


def test_balance_is_in_per_cent_of_each_split():
    figure = balance_figure({"training": np.arange(10), "test": np.full(10, 7)})
    training, test = figure.data
    assert list(training.y) == pytest.approx([100 * i / 45 for i in range(10)])
    assert list(test.y) == pytest.approx([10] * 10)
    assert (training.marker.color, test.marker.color) == (TRAINING, TEST)


def test_grey_values_are_in_per_cent_of_all_pixels():
    grey = np.zeros(256, int)
    grey[[0, 255]] = 3, 1
    (bars,) = grey_figure(grey, TEST).data
    assert (bars.y[0], bars.y[255], sum(bars.y)) == (75, 25, 100)


def test_ink_is_drawn_with_row_0_on_top():
    figure = ink_figure(np.full((28, 28), 0.25, np.float32))
    assert figure.data[0].z[3][5] == 25
    assert figure.layout.yaxis.autorange == "reversed"


def test_a_point_of_the_map_knows_its_image():
    points = np.arange(8, dtype=np.float32).reshape(4, 2)
    labels, indices = np.array([3, 1, 3, 1], np.uint8), np.array([10, 20, 30, 40])
    ones, threes = map_figure(points, labels, indices, ("x", "y"), "Map").data
    assert (ones.name, ones.marker.color) == ("1", DIGITS[1])
    assert list(threes.x) == [0, 4]
    assert threes.customdata == ([0, 10], [2, 30])
