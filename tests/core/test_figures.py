import pytest

from mnist_core.events import Finished
from mnist_core.figures.colours import DIGITS, TRAINING, VALIDATION
from mnist_core.figures.curves import MOST_POINTS, accuracy_figure, loss_figure, thin
from mnist_core.history import History
from tests.core.test_events import started, step, validation


def history(steps):
    return History.of([started(), *(step(n) for n in range(1, steps + 1)), validation(steps)])


@pytest.mark.parametrize("count", [0, 1, 2, MOST_POINTS, MOST_POINTS + 1, 10_000])
def test_thinning_keeps_the_ends_the_order_and_the_limit(count):
    kept = thin(range(count))
    assert len(kept) == min(count, MOST_POINTS)
    assert kept == sorted(set(kept))
    if count:
        assert (kept[0], kept[-1]) == (0, count - 1)


def test_the_loss_chart_shows_both_curves_in_their_colours():
    figure = loss_figure(history(20))
    training, validated = figure.data
    assert (training.name, validated.name) == ("training", "validation")
    assert list(training.x) == [n / 10 for n in range(1, 21)]
    assert list(training.y) == [1.0] * 20
    assert list(validated.x) == [2.0]
    assert (training.line.color, validated.line.color) == (TRAINING, VALIDATION)
    assert tuple(figure.layout.xaxis.range) == (0, 2)
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text


def test_the_accuracy_chart_is_in_per_cent_and_marks_the_test_once_known():
    running = history(20)
    assert list(accuracy_figure(running).data[1].y) == [90.0]
    assert len(accuracy_figure(running).data) == 2
    running.add(Finished(step=20, test_loss=0.1, test_accuracy=0.875, seconds=1.0))
    test = accuracy_figure(running).data[2]
    assert (test.name, list(test.y), list(test.x)) == ("test", [87.5], [2.0])


def test_a_run_without_reports_has_empty_charts():
    for figure in (loss_figure(History()), accuracy_figure(History())):
        assert all(not curve.x for curve in figure.data)


def test_ten_digits_have_ten_colours():
    assert len(set(DIGITS)) == 10
    assert not {TRAINING, VALIDATION} & set(DIGITS)
