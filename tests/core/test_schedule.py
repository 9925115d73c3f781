import pytest

from mnist_core.config import TrainConfig
from mnist_core.schedule import AFTER, WARM_UP, factor_at, learning_rate, with_change


def curve(schedule, total=1000):
    config = TrainConfig(schedule=schedule, learning_rate=0.2)
    return [learning_rate(config, step, total) for step in range(total)]


def test_constant_stays():
    assert set(curve("constant")) == {0.2}


def test_cosine_falls_from_the_peak_to_nothing_through_half_of_it():
    rates = curve("cosine")
    assert rates[0] == 0.2
    assert rates[500] == pytest.approx(0.1)
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 1e-5


def test_one_cycle_rises_to_the_peak_and_falls_to_nearly_nothing():
    rates = curve("one-cycle")
    top = rates.index(max(rates))
    assert top == round(WARM_UP * 1000)
    assert max(rates) == pytest.approx(0.2)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert 0 < rates[0] < 0.05
    assert 0 < rates[-1] < 0.002


@pytest.mark.parametrize(("schedule", "after"), [("constant", 1), ("cosine", AFTER), ("one-cycle", AFTER)])
def test_epochs_after_the_schedule_keep_a_tenth_of_a_rate_that_fell_to_nothing(schedule, after):
    config = TrainConfig(schedule=schedule, learning_rate=0.2, epochs=4, schedule_epochs=3)
    steps = config.schedule_steps
    assert steps == 3 * config.steps_per_epoch
    assert [learning_rate(config, step, steps) for step in (steps, steps + 9)] == pytest.approx([0.2 * after] * 2)


def test_the_latest_change_of_the_rate_holds_and_replaces_those_after_it():
    changes = with_change(with_change((), 10, 0.1), 20, 0.5)
    assert [factor_at(changes, step) for step in (0, 9, 10, 19, 20, 99)] == [1, 1, 0.1, 0.1, 0.5, 0.5]
    assert with_change(changes, 15, 2.0) == ((10, 0.1), (15, 2.0))
    assert with_change(changes, 10, 2.0) == ((10, 2.0),)


@pytest.mark.parametrize(("schedule", "covered"), [("constant", 0), ("cosine", 3)])
def test_an_extended_run_keeps_its_schedule_and_gets_the_patience_for_it(schedule, covered):
    config = TrainConfig(schedule=schedule, epochs=3, patience=2)
    once = config.extended(3, 1)
    assert (once.epochs, once.schedule_epochs, once.patience) == (4, covered, 3)
    assert once.extended(4, 2).schedule_epochs == covered
    assert TrainConfig(epochs=3).extended(3, 1).patience == 0


def test_an_extended_run_has_no_limit_in_seconds():
    assert TrainConfig(epochs=3, max_seconds=8).extended(1, 2).max_seconds == 0
