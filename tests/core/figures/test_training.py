import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.config import TrainConfig
from mnist_core.events import Finished, RateChanged
from mnist_core.explain.weights import WeightHistogram
from mnist_core.figures.colours import DIGITS, TRAINING, VALIDATION
from mnist_core.figures.layers import (
    changes_figure,
    dead_figure,
    gradients_figure,
    histogram_figure,
    layer_colours,
    layer_title,
    rate_figure,
)
from mnist_core.figures.training import MOST_POINTS, accuracy_figure, loss_figure, marks, rates_figure, smooth, thin
from mnist_core.history import History
from tests.support.events import epoch, inspection, started, step, validation

CONFIG = TrainConfig()
HISTOGRAM = WeightHistogram("conv1", [-1.0, 0.0, 1.0], [0.5, 0.5], [0.25, 0.75], 0.3)


def history(steps):
    looked_inside = inspection(
        steps, gradients={"conv1": 0.5, "output": 2.0}, changes={"conv1": 0.001, "output": 0.002}, dead={"act1": 0.25}
    )
    return History.of([started(), *(step(n) for n in range(1, steps + 1)), validation(steps), looked_inside])


def every_figure(of):
    return {
        "loss": loss_figure(of, 0.5),
        "loss, logarithmic": loss_figure(of, logarithmic=True),
        "accuracy": accuracy_figure(of, 0.5),
        "rate": rate_figure(of),
        "gradients": gradients_figure(of, CONFIG),
        "changes": changes_figure(of, CONFIG),
        "dead": dead_figure(of, CONFIG),
        "histogram": histogram_figure(HISTOGRAM),
        "rates": rates_figure([1e-3, 1e-2], [2.0, 1.0], 1e-2),
    }


def series(option):
    """The series of a chart by their names, each with its points in `x` and `y`."""
    return {
        one["name"]: one | {"x": [x for x, _ in one["data"]], "y": [y for _, y in one["data"]]}
        for one in option["series"]
    }


@pytest.mark.parametrize("name", every_figure(History()))
def test_every_chart_has_a_title_and_axes_and_can_be_sent(name):
    for figure in (every_figure(history(20))[name], every_figure(History())[name]):
        assert figure["title"]["text"]
        assert json.dumps(figure, allow_nan=False)
        if name != "histogram":
            assert figure["xAxis"]["name"]
            assert figure["yAxis"]["name"]


@pytest.mark.parametrize("count", [0, 1, 2, MOST_POINTS, MOST_POINTS + 1, 10_000])
def test_thinning_keeps_the_ends_the_order_and_the_limit(count):
    kept = thin(range(count))
    assert len(kept) == min(count, MOST_POINTS)
    assert kept == sorted(set(kept))
    if count:
        assert (kept[0], kept[-1]) == (0, count - 1)


def test_smoothing_against_numbers_worked_out_by_hand():
    # With weight 1/2: 4; (4/4 + 8/2) / (3/4) = 20/3; (4/8 + 8/4 + 2/2) / (7/8) = 4.
    assert smooth([4, 8, 2], 0.5) == pytest.approx([4, 20 / 3, 4])
    assert smooth([], 0.9) == []


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0, 0.98))
def test_smoothing_stays_within_the_values_and_none_changes_nothing(values, weight):
    smoothed = smooth(values, weight)
    assert all(min(values) - 1e-9 <= value <= max(values) + 1e-9 for value in smoothed)
    assert smooth(values, 0.0) == values


def test_the_loss_chart_shows_both_curves_in_their_colours():
    figure = loss_figure(history(20))
    curves = series(figure)
    assert list(curves) == ["training", "validation"]
    assert curves["training"]["x"] == [n / 10 for n in range(1, 21)]
    assert curves["training"]["y"] == [1.0] * 20
    assert curves["validation"]["x"] == [2.0]
    assert [one["lineStyle"]["color"] for one in curves.values()] == [TRAINING, VALIDATION]
    assert (figure["xAxis"]["min"], figure["xAxis"]["max"]) == (0, 2)
    assert figure["yAxis"]["type"] == "value"
    assert loss_figure(history(20), logarithmic=True)["yAxis"]["type"] == "log"


def test_a_loss_that_is_no_number_is_a_gap():
    diverged = history(3)
    diverged.steps[2] = replace(step(3), loss=math.inf)
    assert series(loss_figure(diverged))["training"]["y"] == [1.0, 1.0, None]


def test_a_logarithmic_axis_has_no_place_for_zero():
    perfect = history(3)
    perfect.steps[1] = replace(step(2), loss=0.0)
    assert series(loss_figure(perfect, logarithmic=True))["training"]["y"] == [1.0, None, 1.0]
    assert series(loss_figure(perfect))["training"]["y"] == [1.0, 0.0, 1.0]
    dead = History.of([started(), step(1), inspection(1, gradients={"conv1": 0.0, "output": 2.0}, changes={}, dead={})])
    assert series(gradients_figure(dead, CONFIG))["Convolution 1"]["y"] == [None]


def test_a_loss_that_diverges_leaves_the_chart_and_the_rest_is_still_seen():
    diverged = history(3)
    assert "max" not in loss_figure(diverged)["yAxis"]
    diverged.steps[2] = replace(step(3), loss=1e30)
    for logarithmic in (False, True):
        assert loss_figure(diverged, logarithmic=logarithmic)["yAxis"]["max"] == 10 * diverged.steps[0].loss


def test_a_logarithmic_axis_has_its_ends_before_the_first_report():
    axis = loss_figure(History(), logarithmic=True)["yAxis"]
    assert 0 < axis["min"] < axis["max"]


def test_a_smoothed_curve_lies_over_the_pale_one_that_was_measured():
    jumping = History.of([started(), step(1), step(2)])
    jumping.steps[1] = replace(step(2), loss=3.0)
    figure = loss_figure(jumping, 0.5)
    training, measured = series(figure)["training"], series(figure)["not smoothed"]
    assert training["y"] == pytest.approx([1.0, 7 / 3], rel=1e-4)
    assert measured["y"] == [1.0, 3.0]
    assert measured["lineStyle"]["opacity"] < 0.5
    assert measured["z"] < 2, "ECharts draws a series at 2"
    assert figure["legend"]["data"] == ["training", "validation"]


def test_the_accuracy_chart_is_in_per_cent_and_marks_the_test_once_known():
    running = history(20)
    assert series(accuracy_figure(running))["validation"]["y"] == [90.0]
    assert "test" not in series(accuracy_figure(running))
    running.add(Finished(step=20, test_loss=0.1, test_accuracy=0.875, seconds=1.0))
    test = series(accuracy_figure(running))["test"]
    assert (test["y"], test["x"]) == ([87.5], [2.0])


def test_a_guess_is_as_wide_as_the_chart():
    guess = series(accuracy_figure(history(20), guess=0.975))["your guess"]
    assert guess["data"] == [[0, 97.5], [2.0, 97.5]]


def test_a_layer_has_one_name_and_one_colour_on_every_chart():
    assert [layer_title(name) for name in ("conv2", "act2", "dense1", "dense_act1", "output")] == [
        "Convolution 2",
        "Convolution 2",
        "Dense 1",
        "Dense 1",
        "Output",
    ]
    colours = layer_colours(CONFIG)
    assert len(set(colours.values())) == 5
    gradients, dead = series(gradients_figure(history(5), CONFIG)), series(dead_figure(history(5), CONFIG))
    assert {name: one["y"] for name, one in gradients.items()} == {"Convolution 1": [0.5], "Output": [2.0]}
    assert {name: one["y"] for name, one in dead.items()} == {"Convolution 1": [25.0]}
    for one in (gradients["Convolution 1"], dead["Convolution 1"]):
        assert one["lineStyle"]["color"] == colours["Convolution 1"]
    assert series(changes_figure(history(5), CONFIG))["Output"]["y"] == [0.2]


def test_histograms_show_now_filled_and_the_start_as_a_line():
    figure = histogram_figure(HISTOGRAM)
    now, start = series(figure)["now"], series(figure)["at the start"]
    assert figure["title"]["text"] == "Convolution 1"
    assert (now["x"], now["y"]) == ([-0.5, 0.5], [25.0, 75.0])
    assert (start["x"], start["y"]) == ([-0.5, 0.5], [50.0, 50.0])
    assert "areaStyle" in now
    assert "areaStyle" not in start


def test_the_name_of_the_rates_axis_stands_beyond_its_widest_numbers():
    option = rate_figure(history(2))
    number, letter = 8 + 7 * len("0.00025"), 14  # CSS pixels
    assert option["yAxis"]["nameGap"] >= number
    assert option["grid"]["left"] >= option["yAxis"]["nameGap"] + letter


def test_the_suggested_rate_is_marked_where_it_is():
    curve = series(rates_figure([1e-3, 1e-2], [2.0, 1.0], 1e-2))["loss"]
    assert curve["data"] == [[1e-3, 2.0], [1e-2, 1.0]]
    assert [mark["xAxis"] for mark in curve["markLine"]["data"]] == [1e-2]
    assert "markLine" not in series(rates_figure([1e-3], [2.0], None))["loss"]


def test_a_run_without_reports_has_empty_charts():
    for figure in (loss_figure(History()), accuracy_figure(History()), gradients_figure(History(), CONFIG)):
        assert all(not curve["data"] for curve in figure["series"])


def test_ten_digits_have_ten_colours():
    assert len(set(DIGITS)) == 10
    assert not {TRAINING, VALIDATION} & set(DIGITS)


def test_a_change_of_the_rate_and_the_epoch_that_is_used_are_marked():
    change = RateChanged(step=12, epoch=1.2, factor=0.1, old=0.1, new=0.01)
    events = [started(), step(5), epoch(1), change, step(20)]
    assert [mark["xAxis"] for mark in marks(History.of(events), "insideEndTop")["data"]] == [1.2]
    assert marks(History.of([*events, started(epoch=1)]), "insideEndTop")["data"] == [], "not yet there again"
    end = Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=1.0, best_epoch=1)
    for figure in (loss_figure, accuracy_figure):
        marked = series(figure(History.of([*events, end])))["training"]["markLine"]["data"]
        assert [mark["label"]["formatter"] for mark in marked] == ["rate 0.01", "epoch 1 is used"]
