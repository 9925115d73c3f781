"""The charts of a sweep, as plain data."""

import json

from mnist_core.figures.sweeps import (
    heat_map_figure,
    importance_figure,
    parallel_figure,
    places_to_click,
    plane_figure,
)
from mnist_core.sweeps.heat_map import Cell
from mnist_core.sweeps.points import Point
from mnist_core.sweeps.space import parse

RATE, SIZE = parse("learning_rate=0.001..1:log"), parse("batch_size=32,64")


def point(number, accuracy=0.9, state="measured", rate=0.01):
    measured = state == "measured"
    return Point(
        number=number,
        values={"learning_rate": rate, "batch_size": 64},
        state=state,
        score=accuracy if measured else None,
        accuracies=(accuracy,) if measured else (),
    )


def series(option):
    json.dumps(option)
    return {one.get("name", one["type"]): one["data"] for one in option["series"]}


def test_each_point_lies_where_its_values_are_and_the_best_has_a_ring():
    points = [point(0), point(1, 0.95, rate=0.1), point(2, state="pruned"), point(3, state="running")]
    found = series(plane_figure(points, [RATE, SIZE], {"learning_rate": 0.5, "batch_size": 32}))
    assert [dot["value"] for dot in found["measured"]] == [[0.1, "64", 95.0], [0.01, "64", 90.0]]
    assert [dot["value"][:2] for dot in found["best"]] == [[0.1, "64"]]
    assert found["prediction"][0]["value"] == [0.5, "32"]
    assert len(found["pruned"]) == len(found["running"]) == 1
    option = plane_figure(points, [RATE, SIZE])
    (coloured,) = option["visualMap"]["seriesIndex"]
    assert option["series"][coloured]["name"] == "measured"
    assert (option["xAxis"]["type"], option["yAxis"]["type"]) == ("log", "category")


def test_one_varied_field_has_the_accuracy_above_it():
    option = plane_figure([point(0), point(1, 0.95)], [RATE], {"learning_rate": 0.5})
    found = series(option)
    assert [dot["value"][:2] for dot in found["measured"]] == [[0.01, 95.0], [0.01, 90.0]]
    assert option["yAxis"]["max"] == 95.0
    alone = plane_figure([point(0)], [RATE])
    assert (alone["yAxis"]["min"], alone["yAxis"]["max"]) == (89.0, 90.0)


def test_the_places_to_click_cover_the_plane():
    places = places_to_click([RATE, SIZE])
    assert {"learning_rate": 0.001, "batch_size": 32} in places
    assert {"learning_rate": 1.0, "batch_size": 64} in places
    clickable = plane_figure((), [RATE, SIZE], places=places)["series"][0]
    assert len(clickable["data"]) == len(places) == 24
    assert clickable["selectedMode"] == "single"
    assert places_to_click([RATE])[0] == {"learning_rate": 0.001}


def test_parallel_coordinates_have_an_axis_a_field_and_one_for_the_accuracy():
    option = parallel_figure([point(0), point(1, 0.95), point(2, state="pruned")], [RATE, SIZE])
    assert [one["name"] for one in option["parallelAxis"]] == ["learning rate", "batch size", "read right (%)"]
    assert [line["value"] for line in series(option)["parallel"]] == [[0.01, "64", 90.0], [0.01, "64", 95.0]]
    assert option["visualMap"]["dimension"] == 2


def test_a_heat_map_writes_the_interval_where_there_is_one():
    cells = [Cell(0, 0, (0.9, 0.92)), Cell(1, 0, (0.5,))]
    option = heat_map_figure(cells, ["a", "b"], ["c"], "learning rate", "batch size")
    first, second = series(option)["heatmap"]
    assert first["value"] == [0, 0, 91.0]
    assert first["label"]["formatter"] == "91.0\n±12.7"
    assert second["label"]["formatter"] == "50.0"


def test_what_matters_most_stands_on_top():
    option = importance_figure({"learning_rate": 0.8, "batch_size": 0.2})
    assert option["yAxis"]["data"][-1] == "learning rate"
    assert series(option)["bar"] == [20.0, 80.0]
