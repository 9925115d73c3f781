"""How numbers, digits and settings are written in a sentence or a table."""

from __future__ import annotations

PLURALS = ("zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines")


def with_article(digit: int) -> str:
    """Return "a 3", or "an 8"."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def percent(share: float, decimals: int = 1) -> str:
    """Write a probability in per cent: one near certainty with two decimals, or as over 99.99%.

    No probability of a softmax is 1, although many are in float32.
    """
    for places in (decimals, 2):
        text = f"{share:.{places}%}"
        if not text.startswith("100"):
            return text
    return "over 99.99%"


def accuracy(share: float | None) -> str:
    """Write an accuracy in per cent, as exactly as 10,000 test images tell it; a dash where it is not known."""
    return "–" if share is None else f"{share:.2%}"


def whole_percent(share: float) -> str:
    """Write a probability in per cent where there is little room: 99% at most."""
    return f"{min(share, 0.99):.0%}"


def duration(seconds: float) -> str:
    """Write a span of time: in seconds below 100 s, in minutes below 100 min, then in hours."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 100 * 60 else f"{seconds / 3600:,.0f} h"


def signed(value: float, decimals: int) -> str:
    """Write a number with a real minus sign, and none before a zero."""
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def brief(value: float) -> str:
    """Write a number in as few digits as it needs, six at most, with a real minus sign."""
    return f"{value:g}".replace("-", "−")


def in_words(value: object) -> str:
    """Return a setting's value, as `TrainConfig.to_dict` has it, as a table shows it."""
    if isinstance(value, list):
        return "–".join(map(str, value)) or "none"
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def arithmetic(threads: int, threads_reason: str, precision: str, precision_reason: str) -> str:
    """Return how a training computes and why, as "1 thread (2 would be 0.98 × as fast), float32 (set by hand)"."""
    count = f"{threads} thread" + ("s" if threads > 1 else "")
    return ", ".join(
        f"{chosen} ({reason})" if reason else chosen
        for chosen, reason in ((count, threads_reason), (precision, precision_reason))
    )
