"""The chart of a lesson."""

from mnist_core.figures.colours import RUNS, TRAINING, VALIDATION
from mnist_core.figures.lessons import HIGHEST_LOSS, YOURS, curves_figure


def test_a_loss_is_drawn_beside_what_was_expected_and_one_that_diverges_is_cut_off():
    chart = curves_figure([("training loss", [(0.0, 2.3), (1.0, 1e9)])], drawn=[(0.0, 3.0), (1.0, 0.0)])
    yours, real = chart["series"]
    assert (yours["name"], yours["data"]) == (YOURS, [[0, 3], [100, 0]])
    assert real["data"] == [[0, 2.3], [100, HIGHEST_LOSS]]
    assert real["itemStyle"]["color"] == TRAINING
    assert chart["title"]["text"] == "Loss"


def test_an_accuracy_is_drawn_in_per_cent():
    points = [(0.5, 0.2), (1.0, 0.95)]
    chart = curves_figure([("training", points), ("validation", points)], "accuracy")
    assert [one["data"] for one in chart["series"]] == [[[50, 20], [100, 95]]] * 2
    assert [one["itemStyle"]["color"] for one in chart["series"]] == [TRAINING, VALIDATION]
    assert chart["title"]["text"] == "Accuracy"


def test_several_runs_have_each_a_colour():
    chart = curves_figure([(f"rate {rate}", [(0.0, 1.0)]) for rate in (1, 2)])
    assert [one["itemStyle"]["color"] for one in chart["series"]] == list(RUNS[:2])
