import numpy as np
import pytest

from mnist_core.formatting import accuracy
from mnist_core.model.inference import Prediction
from ui.shared import panels
from ui.shared.numbers import short, table_html


def test_an_accuracy_that_is_not_known_is_a_dash():
    assert (accuracy(0.98764), accuracy(0.0), accuracy(None)) == ("98.76%", "0.00%", "–")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1.0000"),
        (0.0123, "0.0123"),
        (34_012.3, "34,012"),
        (1.04e-8, "1.04 × 10⁻⁸"),
        (2.5e12, "2.50 × 10¹²"),
        (0, "0.0000"),
    ],
)
def test_numbers_of_any_size(value, text):
    assert short(value) == text


def test_a_table_has_every_number_on_the_colour_of_its_value():
    html = table_html(np.array([[1.0, -1.0], [0.0, 0.5]]), 1.0, "kernel")
    assert [html.count(text) for text in (">1.00<", ">−1.00<", ">0.00<", ">0.50<", "kernel")] == [1] * 5
    assert html.count("rgb(0,0,0)") == 1


def test_no_bar_claims_certainty():
    rest = [2e-6 / 8] * 8
    shown = panels.bars_html(Prediction((0.999996, 2e-6, *rest)))
    assert "100.0%" not in shown
    assert "&gt;99.99%" in shown
    assert 'aria-label="0: over 99.99%, 1: 0.0%"' in shown
