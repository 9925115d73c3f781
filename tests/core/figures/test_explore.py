import numpy as np
import pytest

from mnist_core.figures.colours import DIGITS, TEST, TRAINING
from mnist_core.figures.explore import SHEET_COLUMNS, balance_figure, grey_figure, ink_figure, map_figure


def test_balance_is_in_per_cent_of_each_split():
    training, test = balance_figure({"training": np.arange(10), "test": np.full(10, 7)})["series"]
    assert [share for _, share, _ in training["data"]] == pytest.approx([100 * i / 45 for i in range(10)])
    assert test["data"][3] == [3, 10, "7 images, 10.0%"]
    assert (training["itemStyle"]["color"], test["itemStyle"]["color"]) == (TRAINING, TEST)


def test_grey_values_are_in_per_cent_of_all_pixels_and_none_is_0_on_the_logarithmic_axis():
    grey = np.zeros(256, int)
    grey[[0, 255]] = 997, 3
    chart = grey_figure(grey, TEST)
    (bars,) = chart["series"]
    assert bars["data"] == [[0, 99.7, "99.700"], [255, 0.3, "0.300"]]
    assert chart["yAxis"]["min"] == 0.1


def test_ink_is_drawn_with_row_0_on_top():
    ink = np.zeros((28, 28), np.float32)
    ink[3, 5] = 0.25
    chart = ink_figure(ink)
    assert [cell for cell in chart["series"][0]["data"] if cell[2]] == [[5, 3, 25.0]]
    assert chart["yAxis"]["inverse"]


def test_a_point_of_the_map_knows_its_image_and_its_place_on_the_sheet():
    points = np.arange(200, dtype=np.float32).reshape(100, 2)
    labels, indices = np.full(100, 3, np.uint8), 10 * np.arange(100)
    chart = map_figure(points, labels, indices, ("x", "y"), "Map")
    point = chart["dataset"]["source"].iloc[SHEET_COLUMNS + 2]
    assert point.to_dict() == {"x": 148, "y": 149, "digit": 3, "index": 740, "column": 2, "row": 1}
    assert [piece["color"] for piece in chart["visualMap"]["pieces"]] == list(DIGITS)


@pytest.mark.parametrize(
    "chart",
    [
        balance_figure({"training": np.arange(1, 11)}),
        grey_figure(np.ones(256, int), TEST),
        ink_figure(np.zeros((28, 28), np.float32)),
        map_figure(np.zeros((2, 2), np.float32), np.array([0, 1], np.uint8), np.arange(2), ("x", "y"), "Map"),
    ],
)
def test_every_chart_has_a_title_and_names_its_axes(chart):
    assert chart["title"]["text"]
    assert chart["xAxis"]["name"]
    assert chart["yAxis"]["name"]
