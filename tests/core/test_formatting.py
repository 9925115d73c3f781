import pytest

from mnist_core.formatting import PLURALS, brief, duration, percent, signed, whole_percent, with_article


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (0.5, 1, "50.0%"),
        (0.9994, 1, "99.9%"),
        (0.9997, 1, "99.97%"),
        (0.99996, 1, "over 99.99%"),
        (1.0, 1, "over 99.99%"),
        (0.5, 2, "50.00%"),
        (0.99996, 2, "over 99.99%"),
    ],
)
def test_nothing_is_rounded_up_to_certainty(share, decimals, text):
    assert percent(share, decimals) == text


@pytest.mark.parametrize(("share", "text"), [(0.0, "0%"), (0.498, "50%"), (0.997, "99%"), (0.99999, "99%")])
def test_whole_per_cents_stop_at_99(share, text):
    assert whole_percent(share) == text


@pytest.mark.parametrize(("seconds", "text"), [(3.4, "3 s"), (99, "99 s"), (130, "2 min"), (7200, "2 h")])
def test_a_span_of_time_has_the_unit_of_its_length(seconds, text):
    assert duration(seconds) == text


def test_an_eight_begins_with_a_vowel():
    assert [with_article(digit) for digit in (0, 1, 8)] == ["a 0", "a 1", "an 8"]
    assert len(PLURALS) == 10


@pytest.mark.parametrize(("value", "text"), [(1.234, "1.23"), (-1.0, "−1.00"), (-0.001, "0.00"), (0.0, "0.00")])
def test_signs(value, text):
    assert signed(value, 2) == text


@pytest.mark.parametrize(("value", "text"), [(-0.309, "−0.309"), (9, "9"), (-2.50, "−2.5")])
def test_a_number_in_few_digits(value, text):
    assert brief(value) == text
