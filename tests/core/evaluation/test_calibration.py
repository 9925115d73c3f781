import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.evaluation.calibration import answered, expected_calibration_error, fit_temperature, reliability
from mnist_core.evaluation.predictions import cross_entropy
from mnist_core.model.softmax import softmax
from tests.support.predictions import LABELS, OUTPUTS

sets = st.lists(st.tuples(st.floats(0.1, 1), st.booleans()), min_size=1, max_size=60).map(
    lambda rows: (np.array([sure for sure, _ in rows]), np.array([right for _, right in rows]))
)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_spoilt_the_logits_is_found_again(temperature):
    random = np.random.default_rng(1)
    honest = random.normal(0, 2, (20_000, 10))
    labels = np.array([random.choice(10, p=p) for p in softmax(honest)], np.uint8)
    found = fit_temperature(honest * temperature, labels)
    assert found == pytest.approx(temperature, rel=0.03)
    around = [cross_entropy(honest * temperature, labels, found * factor) for factor in (0.97, 1, 1.03)]
    assert min(around) == around[1]


def test_a_network_without_a_mistake_cannot_be_too_sure():
    assert fit_temperature(np.eye(10) * 5, np.arange(10).astype(np.uint8)) < 0.2


@given(sets, st.integers(1, 20))
def test_every_image_falls_into_the_bin_of_its_confidence(drawn, bins):
    confidence, correct = drawn
    table = reliability(confidence, correct, bins)
    for i in range(bins):
        inside = (confidence > table.edges[i]) & (confidence <= table.edges[i + 1])
        assert table.counts[i] == inside.sum()
        if inside.any():
            assert table.confidence[i] == pytest.approx(confidence[inside].mean())
            assert table.accuracy[i] == pytest.approx(correct[inside].mean())


def test_the_calibration_error_of_the_table():
    # In fifths: 55 right and 58 wrong; 70 wrong and 75 right; 85, 90, 99 and 100 right, 96 and 97 wrong.
    correct = OUTPUTS.correct(LABELS)
    by_hand = (2 * abs(0.565 - 1 / 2) + 2 * abs(0.725 - 1 / 2) + 6 * abs(0.945 - 4 / 6)) / 10
    assert expected_calibration_error(OUTPUTS.confidence, correct, bins=5) == pytest.approx(by_hand, abs=1e-6)


@given(sets)
def test_answering_only_when_sure(drawn):
    confidence, correct = drawn
    curve = answered(confidence, correct)
    assert curve.share[-1] == 1
    assert curve.accuracy[-1] == pytest.approx(correct.mean())
    for threshold in (*confidence, 0.5):
        sure = confidence >= threshold
        share, accuracy = curve.at(threshold)
        assert share == pytest.approx(sure.mean())
        assert accuracy == (pytest.approx(correct[sure].mean()) if sure.any() else None)
