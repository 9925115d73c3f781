import pytest

from mnist_core.events import Finished, RateChanged
from mnist_core.figures.colours import DIGITS, TRAINING, VALIDATION
from mnist_core.figures.curves import MOST_POINTS, accuracy_figure, loss_figure, thin
from mnist_core.figures.marks import marks
from mnist_core.history import History
from tests.core.test_events import epoch, started, step, validation


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


def test_a_change_of_the_rate_and_the_epoch_that_is_used_are_marked():
    change = RateChanged(step=12, epoch=1.2, factor=0.1, old=0.1, new=0.01)
    events = [started(), step(5), epoch(1), change, step(20)]
    assert [s["x0"] for s in marks(History.of(events))["shapes"]] == [1.2]
    assert [s["x0"] for s in marks(History.of([*events, started(epoch=1)]))["shapes"]] == [], "not yet there again"
    end = Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=1.0, best_epoch=1)
    for figure in (loss_figure, accuracy_figure):
        said = [a.text for a in figure(History.of([*events, end])).layout.annotations]
        assert said == ["rate 0.01", "epoch 1 is used"]
