import numpy as np
import pytest

from mnist_core.evaluation.calibration import answered, reliability
from mnist_core.evaluation.metrics import confusion_matrix
from mnist_core.figures.evaluation import answered_figure, confusion_figure, reliability_figure
from tests.support.predictions import LABELS, OUTPUTS

MATRIX = confusion_matrix(LABELS, OUTPUTS.predicted)
CORRECT = OUTPUTS.correct(LABELS)


def cells(option):
    """Return the cells by (true digit, digit read), as many as can be clicked, in the order of their indices."""
    (series,) = option["series"]
    assert series["selectedMode"] == "single"
    found = {(cell["value"][1], cell["value"][0]): cell for cell in series["data"]}
    assert list(found) == [divmod(index, 10) for index in range(100)]
    assert len({cell["name"] for cell in series["data"]}) == 100, "cells of one name are clicked on as one"
    return found


def written(option):
    return {place: cell["label"]["formatter"] for place, cell in cells(option).items() if cell["label"]["show"]}


def test_every_cell_of_the_matrix_is_written_once_and_can_be_clicked():
    option = confusion_figure(MATRIX)
    twos, ones = ((4, 4), (4, 9), (9, 9)), ((9, 4), (7, 1), (7, 7), (1, 1))
    assert written(option) == dict.fromkeys(twos, "2") | dict.fromkeys(ones, "1")
    assert cells(option)[4, 9]["value"][3] == "2 of 4 images of a 4 are read as 9: 50.00%"
    assert (option["xAxis"]["name"], option["yAxis"]["name"]) == ("digit that is read", "true digit")
    assert option["yAxis"]["inverse"]


def test_the_diagonal_is_grey_and_the_mistakes_follow_the_square_root():
    colours = {place: cell["itemStyle"]["color"] for place, cell in cells(confusion_figure(MATRIX)).items()}
    assert {colours[i, i] for i in range(10)} == {"rgba(128, 128, 128, 0.14)"}
    assert colours[4, 9].endswith(", 1.000)")
    assert colours[9, 4].endswith(", 0.707)")
    assert colours[0, 1].endswith(", 0.000)")


def test_shares_are_of_the_row():
    shares = written(confusion_figure(MATRIX, shares=True))
    assert (shares[4, 9], shares[9, 4], shares[9, 9]) == ("50.0", "33.3", "66.7")
    ends = np.diag(np.full(10, 9_999))
    ends[0] = [0, 100_000, *[0] * 7, 7]
    shares = written(confusion_figure(ends, shares=True))
    assert (shares[0, 1], shares[0, 9], shares[1, 1]) == ("100", "<0.1", "100")


def test_the_cell_whose_images_are_shown_is_framed():
    framed = [
        place for place, cell in cells(confusion_figure(MATRIX, picked=(4, 9))).items() if len(cell["itemStyle"]) > 1
    ]
    assert framed == [(4, 9)]


def test_a_network_without_mistakes_has_a_matrix_too():
    assert len(written(confusion_figure(np.diag(np.full(10, 5))))) == 10


def test_reliability_has_a_point_for_every_bin_with_images():
    table = reliability(OUTPUTS.confidence, CORRECT, bins=5)
    perfect, before, after = reliability_figure(table, table)["series"]
    assert perfect["data"] == [[0, 0], [100, 100]]
    assert [point["value"] for point in before["data"]] == [
        pytest.approx(place, rel=1e-4) for place in ([56.5, 50], [72.5, 50], [94.5, 400 / 6])
    ]
    assert [point["name"].split()[0] for point in before["data"]] == ["2", "2", "6"]
    sizes = [point["symbolSize"] for point in before["data"]]
    assert sizes[0] == sizes[1] < sizes[2]
    assert (before["name"], after["name"]) == ("before", "after scaling")


def test_the_answered_curve_ends_with_every_image_and_marks_the_threshold():
    curve, point = answered_figure(answered(OUTPUTS.confidence, CORRECT), 0.8)["series"]
    assert curve["data"][-1]["value"] == [100, 60]
    assert curve["data"][-1]["name"].endswith("answers 100.0%, of which 60.00% are right")
    assert point["data"] == [[60, pytest.approx(100 * 4 / 6, rel=1e-4)]]
    assert len(answered_figure(answered(OUTPUTS.confidence * 0.5, CORRECT), 0.8)["series"]) == 1
