from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.metrics import (
    accuracy,
    cell,
    confusion_matrix,
    describe_bias_and_variance,
    describe_most_frequent_mistake,
    digit_scores,
    mistakes,
    most_frequent_mistake,
)
from mnist_core.model.training_data import TrainingData
from tests.support.fine_tuning import TAUGHT_DATA
from tests.support.predictions import LABELS, OUTPUTS, TABLE

MNIST = TrainingData(mnist=55_000, held_back=5_000)
pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=200)


@given(pairs)
def test_the_matrix_counts_each_pair(drawn):
    true, read = (np.array(column) for column in zip(*drawn, strict=True))
    matrix, counted = confusion_matrix(true.astype(np.uint8), read), Counter(drawn)
    assert {(i, j): matrix[i, j] for i in range(10) for j in range(10) if matrix[i, j]} == counted


@given(pairs)
def test_a_digits_figures_are_those_counted_by_hand(drawn):
    true, read = (np.array(column) for column in zip(*drawn, strict=True))
    for score in digit_scores(true.astype(np.uint8), read):
        hits = sum(t == r == score.digit for t, r in drawn)
        shown = sum(t == score.digit for t, _ in drawn)
        said = sum(r == score.digit for _, r in drawn)
        assert score.support == shown
        assert score.recall == (pytest.approx(hits / shown) if shown else None)
        assert score.precision == (pytest.approx(hits / said) if said else None)
        assert score.f1 == (pytest.approx(2 * hits / (shown + said)) if shown + said else None)


def test_accuracy_of_the_table():
    assert accuracy(OUTPUTS, LABELS) == Accuracy(6, 10)


def test_the_commonest_mistake():
    assert most_frequent_mistake(confusion_matrix(LABELS, OUTPUTS.predicted)) == (4, 9, 2)
    assert most_frequent_mistake(np.diag(np.arange(10))) is None


def test_a_most_frequent_mistake_that_is_not_alone_is_said_not_to_be():
    matrix = 100 * np.eye(10, dtype=np.int64)
    assert describe_most_frequent_mistake(matrix) == "It makes no mistake."
    matrix[2, 7] = 4
    assert describe_most_frequent_mistake(matrix) == "Its most frequent mistake: 4 of 104 twos are read as 7."
    matrix[9, 4] = 4
    matrix[8, 3] = 3
    assert describe_most_frequent_mistake(matrix).endswith("are read as 7; 1 other mistake is as frequent.")
    matrix[7, 1] = 4
    assert describe_most_frequent_mistake(matrix).endswith("are read as 7; 2 other mistakes are as frequent.")


def test_mistakes_come_surest_first():
    assert mistakes(OUTPUTS, LABELS).tolist() == [1, 7, 5, 2]
    assert mistakes(OUTPUTS, LABELS, true=4).tolist() == [1, 2]
    assert mistakes(OUTPUTS, LABELS, read=1).tolist() == [7]
    assert mistakes(OUTPUTS, LABELS, true=9, read=1).tolist() == []


def test_a_cell_holds_its_images():
    assert cell(OUTPUTS, LABELS, 4, 9).tolist() == [1, 2]
    assert cell(OUTPUTS, LABELS, 4, 4).tolist() == [3, 0]  # right, the least sure first
    matrix = confusion_matrix(LABELS, OUTPUTS.predicted)
    assert [[len(cell(OUTPUTS, LABELS, i, j)) for j in range(10)] for i in range(10)] == matrix.tolist()
    assert matrix.sum() == len(TABLE)


@pytest.mark.parametrize(
    ("training", "test", "verdict"),
    [
        (9_990, 9_950, "Low bias, low variance"),
        (9_210, 9_200, "High bias**"),
        (10_000, 8_500, "High variance"),
        (9_200, 8_500, "High bias and high variance"),
    ],
)
def test_bias_and_variance(training, test, verdict):
    assert verdict in describe_bias_and_variance(Accuracy(training, 10_000), Accuracy(test, 10_000), MNIST)


def test_a_difference_whose_interval_holds_zero_is_not_called_one():
    close = describe_bias_and_variance(Accuracy(9_900, 10_000), Accuracy(9_890, 10_000), MNIST)
    assert "1.00%" in close
    assert "holds zero" in close
    # Each one's interval reaches into the other's, and yet the two differ (z = 2.17, p = 0.03).
    apart = describe_bias_and_variance(Accuracy(9_900, 10_000), Accuracy(9_867, 10_000), MNIST)
    assert "0.33 percentage points more" in apart
    far = describe_bias_and_variance(Accuracy(9_990, 10_000), Accuracy(9_890, 10_000), MNIST)
    assert "1.00 percentage points more" in far
    easier = describe_bias_and_variance(Accuracy(9_000, 10_000), Accuracy(9_500, 10_000), MNIST)
    assert "5.00 percentage points less" in easier
    assert "holds zero" not in easier
    few = describe_bias_and_variance(Accuracy(60, 60), Accuracy(9_750, 10_000), MNIST)
    assert "holds zero" in few
    assert "variance**" not in few


def test_a_taught_network_is_not_advised_to_learn_from_more_images():
    wide = Accuracy(10_000, 10_000), Accuracy(8_500, 10_000)
    assert "More images or dropout can help" in describe_bias_and_variance(*wide, MNIST)
    said = describe_bias_and_variance(*wide, TAUGHT_DATA)
    assert "of the images of MNIST that it learned from" in said
    assert "More images" not in said
    assert "larger network" not in describe_bias_and_variance(Accuracy(85, 100), Accuracy(85, 100), TAUGHT_DATA)
