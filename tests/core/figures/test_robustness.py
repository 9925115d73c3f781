import numpy as np
import pytest

from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.robustness import Point
from mnist_core.figures.colours import COMPARED, DIGITS, TEST
from mnist_core.figures.robustness import break_figure, robustness_figure, small_robustness_figure

SCALE = CORRUPTIONS["scale"]
AMOUNTS = ["−45", "−30", "−15", "0", "15", "30", "45", "60"]


def points(*pairs):
    return [Point("scale", amount, Accuracy(correct, 200)) for amount, correct in pairs]


def test_partial_curves_stand_where_their_amounts_are():
    first, second = points((-15, 150), (0, 196), (15, 180)), points((0, 190))
    figure = robustness_figure(SCALE, [("mine", first), ("other", second)])
    mine, other = figure.data
    assert list(figure.layout.xaxis.ticktext) == AMOUNTS
    assert [figure.layout.xaxis.ticktext[x] for x in mine.x] == ["−15", "0", "15"]
    assert list(mine.y) == [75, 98, 90]
    assert (list(other.x), list(other.y)) == ([3], [95])
    assert (mine.line.color, mine.line.dash) == (TEST, "solid")
    assert (other.line.color, other.line.dash) == (COMPARED, "dash")
    assert figure.layout.title.text == "Accuracy against scale (% larger)"


def test_a_small_chart_draws_the_same_points():
    first, second = points((-15, 150), (0, 196), (15, 180)), points((0, 190))
    option = small_robustness_figure(SCALE, [("mine", first), ("other", second)])
    mine, other = option["series"]
    assert option["xAxis"]["data"] == AMOUNTS
    assert mine["data"] == [[2, 75], [3, 98], [4, 90]]
    assert other["data"] == [[3, 95]]
    assert (mine["lineStyle"]["color"], mine["lineStyle"]["type"]) == (TEST, "solid")
    assert (other["lineStyle"]["color"], other["lineStyle"]["type"]) == (COMPARED, "dashed")
    assert option["title"]["text"] == "Scale (% larger)"
    assert [mine["name"], other["name"]] == ["mine", "other"]


def test_the_error_bars_are_the_intervals():
    (point,) = points((0, 190))
    curve = robustness_figure(SCALE, [("mine", [point])]).data[0]
    low, high = point.accuracy.interval
    assert curve.y[0] + curve.error_y.array[0] == pytest.approx(100 * high)
    assert curve.y[0] - curve.error_y.arrayminus[0] == pytest.approx(100 * low)


def test_nothing_measured_is_an_empty_chart():
    assert not robustness_figure(SCALE, [("mine", [])]).data[0].x
    assert small_robustness_figure(SCALE, [("mine", [])])["series"][0]["data"] == []


def test_the_true_digit_its_strongest_rival_and_the_limits_are_drawn():
    table = np.full((3, 10), 0.01)
    table[:, 7] = [0.2, 0.9, 0.5]
    table[0, 1], table[2, 2] = 0.7, 0.4
    true, rival, now = break_figure(CORRUPTIONS["rotation"], [-5, 0, 5], table, 7, 5, [-5])["series"]
    assert [point["value"] for point in true["data"]] == [[-5, 20], [0, 90], [5, 50]]
    assert true["lineStyle"]["color"] == DIGITS[7]
    assert [point["value"][1] for point in rival["data"]] == [70, 1, 40]
    assert [point["name"] for point in rival["data"]][::2] == ["1: 70.0%", "2: 40.0%"]
    assert now["data"] == [[5, 50]]
    (limit,) = true["markLine"]["data"]
    assert (limit["xAxis"], limit["label"]["formatter"]) == (-5, "−5°")
