import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special

from mnist_core.explain.softmax import softmax

LOGITS = arrays(np.float32, 10, elements=st.floats(-1e4, 1e4, width=32))


@given(LOGITS, st.floats(0.2, 10))
def test_the_steps_lead_to_the_probabilities(logits, temperature):
    steps = softmax(logits, temperature)
    assert steps.probabilities == pytest.approx(special.softmax(logits.astype(float) / temperature))
    assert steps.total == pytest.approx(steps.exponentials.sum())
    assert 1 <= steps.total <= 10
    assert steps.scaled.max() == 0
    assert np.isfinite(steps.exponentials).all()


def test_temperature_evens_out_or_sharpens_and_keeps_the_order():
    logits = np.array([2.0, 1.0, 0.0])
    cold, usual, hot = (softmax(logits, t).probabilities for t in (0.5, 1, 4))
    assert cold[0] > usual[0] > hot[0] > 1 / 3
    assert (np.argsort(cold) == np.argsort(hot)).all()
    assert usual[0] / usual[1] == pytest.approx(np.e)
