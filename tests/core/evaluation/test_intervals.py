import numpy as np
import pytest
from scipy.stats import binomtest

from mnist_core.evaluation.intervals import Accuracy, difference, mcnemar, mean_interval, wilson


@pytest.mark.parametrize(("correct", "count"), [(0, 10), (10, 10), (9885, 10_000), (3, 7)])
def test_the_interval_agrees_with_scipys(correct, count):
    expected = binomtest(correct, count).proportion_ci(method="wilson")
    assert wilson(correct, count) == pytest.approx((expected.low, expected.high), abs=1e-6)


@pytest.mark.parametrize(("correct", "count"), [(0, 0), (-1, 5), (6, 5)])
def test_the_interval_of_nothing_is_refused(correct, count):
    with pytest.raises(ValueError, match="expected 0 <= correct"):
        wilson(correct, count)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    # Newcombe 1998, table II, method 10
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 10), 0.6075, 1.0)],
)
def test_the_interval_of_a_difference_is_newcombes(first, second, low, high):
    found = difference(Accuracy(*first), Accuracy(*second))
    assert found == pytest.approx((low, high), abs=1e-4)
    assert difference(Accuracy(*second), Accuracy(*first)) == pytest.approx((-found[1], -found[0]))


def test_mcnemar_is_the_closed_form_of_a_fair_coin():
    assert mcnemar(0, 5) == mcnemar(5, 0) == pytest.approx(2 * 0.5**5)
    assert mcnemar(3, 3) == mcnemar(0, 0) == 1.0
    assert mcnemar(10, 40) < 0.001
    with pytest.raises(ValueError, match="received -1 and 2"):
        mcnemar(-1, 2)


def test_the_interval_of_a_mean_is_students():
    # quantiles of Student's t, 97.5 %: 4.303 with 2 degrees of freedom, 2.776 with 4 (any table)
    mean, half = mean_interval([1.0, 2.0, 3.0])
    assert (mean, half) == (2.0, pytest.approx(4.302653 / np.sqrt(3), rel=1e-6))
    assert mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])[1] == pytest.approx(2.776445 * np.sqrt(2.5 / 5), rel=1e-6)
    assert mean_interval([7.0, 7.0]) == (7.0, 0.0)
    with pytest.raises(ValueError, match="at least two"):
        mean_interval([1.0])
