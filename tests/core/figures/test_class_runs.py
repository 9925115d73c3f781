"""The class's runs on one chart: filled for what came, hollow for what was expected, a line between."""

from mnist_core.figures.class_runs import RunPoint, class_runs_figure


def series(option, name):
    return next(one for one in option["series"] if one.get("name") == name)


def test_each_run_is_a_point_and_its_expectation_a_hollow_one():
    points = [RunPoint("Ann", 0.01, 98.5, 97.0), RunPoint("Bob", 0.1, None, 90.0), RunPoint("Eve", 0.001, 80.0, None)]
    option = class_runs_figure(points, "learning rate", "test images read right (%)")
    assert [one["value"] for one in series(option, "came")["data"]] == [[0.01, 98.5], [0.001, 80.0]]
    assert [one["value"] for one in series(option, "expected")["data"]] == [[0.01, 97.0], [0.1, 90.0]]
    assert option["series"][0]["data"] == [[0.01, 97.0], [0.01, 98.5], [None, None]]
    assert option["xAxis"]["type"] == "log"
    assert series(option, "came")["data"][0]["name"] == "Ann: 98.5"


def test_texts_stand_side_by_side_and_a_narrow_range_is_linear():
    option = class_runs_figure(
        [RunPoint("Ann", "adam", 98.0, None), RunPoint("Bob", "sgd", 90.0, None)], "optimizer", "y"
    )
    assert (option["xAxis"]["type"], option["xAxis"]["data"]) == ("category", ["adam", "sgd"])
    option = class_runs_figure([RunPoint("Ann", 1.0, 98.0, None), RunPoint("Bob", 5.0, 90.0, None)], "epochs", "y")
    assert option["xAxis"]["type"] == "value"
    assert class_runs_figure([], "epochs", "y")["series"][2]["data"] == []
