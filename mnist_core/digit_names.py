"""What the ten digits are called in a sentence."""

from __future__ import annotations

PLURALS = ("zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines")


def with_article(digit: int) -> str:
    """Return "a 3", or "an 8"."""
    return f"an {digit}" if digit == 8 else f"a {digit}"
