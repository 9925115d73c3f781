import numpy as np
import pytest

from mnist_core.calibration import answered, reliability
from mnist_core.figures.metrics import answered_figure, confusion_figure, reliability_figure
from mnist_core.metrics import confusion_matrix
from tests.core.predictions import LABELS, OUTPUTS

MATRIX = confusion_matrix(LABELS, OUTPUTS.predicted)
CORRECT = OUTPUTS.correct(LABELS)


def written(figure):
    """Return what is written in each cell, by (true digit, digit read)."""
    points = figure.data[2]
    return {
        (i, j): first or second
        for i, j, first, second in zip(points.y, points.x, points.text, figure.data[3].text, strict=True)
        if first or second
    }


def test_every_cell_of_the_matrix_is_written_once_and_can_be_clicked():
    figure = confusion_figure(MATRIX)
    assert len(figure.data[2].x) == 100
    cells = written(figure)
    assert set(cells) == {(4, 4), (4, 9), (9, 9), (9, 4), (7, 1), (7, 7), (1, 1)}
    assert cells[4, 9] == "<b>2</b>"
    assert ">2<" in cells[4, 4]
    assert "2 of 4 images of a 4 are read as 9: 50.00 %" in figure.data[2].hovertext
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("digit that is read", "true digit")


def test_the_diagonal_has_no_colour_and_the_mistakes_the_square_root():
    mistakes, diagonal = (np.array(trace.z, float) for trace in confusion_figure(MATRIX).data[:2])
    assert np.isnan(mistakes.diagonal()).all()
    assert mistakes[4, 9] == pytest.approx(np.sqrt(2))
    assert mistakes[9, 4] == 1
    assert np.isfinite(diagonal).sum() == 10


def test_shares_are_of_the_row():
    cells = written(confusion_figure(MATRIX, shares=True))
    assert cells[4, 9] == "<b>50</b>"
    assert cells[9, 4] == "<b>33</b>"
    assert ">66.7<" in cells[9, 9]


def test_a_network_without_mistakes_has_a_matrix_too():
    assert len(written(confusion_figure(np.diag(np.full(10, 5))))) == 10


def test_reliability_has_a_point_for_every_bin_with_images():
    table = reliability(OUTPUTS.confidence, CORRECT, bins=5)
    before = reliability_figure(table, table).data[1]
    assert list(before.customdata) == [2, 2, 6]
    assert list(before.x) == pytest.approx([56.5, 72.5, 94.5], abs=1e-4)
    assert list(before.y) == pytest.approx([50, 50, 400 / 6])


def test_the_answered_curve_ends_with_every_image_and_marks_the_threshold():
    curve, point = answered_figure(answered(OUTPUTS.confidence, CORRECT), 0.8).data
    assert (curve.x[-1], curve.y[-1]) == pytest.approx((100, 60))
    assert (point.x[0], point.y[0]) == pytest.approx((60, 100 * 4 / 6))
    assert len(answered_figure(answered(OUTPUTS.confidence * 0.5, CORRECT), 0.8).data) == 1
