import math
from itertools import islice, pairwise

import pytest

from mnist_core.data.mnist import load_mnist
from mnist_core.events import Finished
from mnist_core.training.lr_finder import HIGHEST, LOWEST, RatePoint, find_rate, steps, suggest
from mnist_core.training.trainer import train


@pytest.fixture
def config(tiny):
    return tiny.replace(train_size=5_000, batch_size=64, dropout=0.2, shift=1.0)


def points(losses, lowest=1e-5, factor=2.0):
    return [RatePoint(lowest * factor**i, loss) for i, loss in enumerate(losses)]


def test_the_rate_grows_by_the_same_factor_and_equal_configs_give_equal_points(config):
    found = list(find_rate(config, load_mnist()))
    rates = [point.learning_rate for point in found]
    factor = (HIGHEST / LOWEST) ** (1 / (steps(config) - 1))
    assert rates[0] == pytest.approx(LOWEST)
    assert all(later / earlier == pytest.approx(factor) for earlier, later in pairwise(rates))
    assert found == list(find_rate(config, load_mnist()))
    assert list(islice(find_rate(config.replace(seed=1), load_mnist()), 3)) != found[:3]


def test_rates_that_diverge_are_cut(config):
    exploding = config.replace(optimizer="momentum", activation="leaky_relu", shift=0.0)
    found = list(find_rate(exploding, load_mnist()))
    assert len(found) < steps(exploding)
    assert found[-1].learning_rate < HIGHEST
    assert all(math.isfinite(point.loss) for point in found)
    assert max(point.loss for point in found) <= 4 * found[0].loss


def test_the_suggestion_trains(config):
    rate = suggest(list(find_rate(config, load_mnist())))
    assert rate is not None
    *_, end = train(config.replace(learning_rate=rate, dropout=0.0, shift=0.0, epochs=1), load_mnist())
    assert isinstance(end, Finished)
    assert end.test_loss < 1.5  # from 2.3


def test_the_suggestion_is_where_the_curve_is_steepest_rounded():
    # The steepest step is the one around 1e-5 * 2**7 = 1.28e-3.
    curve = points([2.3, 2.3, 2.3, 2.3, 2.3, 2.2, 2.0, 1.5, 1.0, 0.8, 0.7, 0.7, 0.9, 2.0])
    assert suggest(curve) == 1e-3


@pytest.mark.parametrize("losses", [[], [2.3], [2.3] * 20, [2.3 + i / 10 for i in range(20)]])
def test_a_loss_that_never_falls_suggests_nothing(losses):
    assert suggest(points(losses)) is None


def test_small_batches_take_more_steps_up_to_a_limit(config):
    counted = [steps(config.replace(batch_size=size)) for size in (1024, 64, 32, 8, 1)]
    assert counted == [140, 140, 280, 1000, 1000]
