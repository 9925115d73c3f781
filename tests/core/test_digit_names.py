from mnist_core.digit_names import PLURALS, with_article


def test_an_eight_begins_with_a_vowel():
    assert [with_article(digit) for digit in (0, 1, 8)] == ["a 0", "a 1", "an 8"]
    assert len(PLURALS) == 10
