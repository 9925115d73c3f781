import pytest

from mnist_core.config import TrainConfig
from mnist_core.schedule import WARM_UP, learning_rate


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
