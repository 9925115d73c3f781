"""How sure a network is, in writing: what is not certain is never rounded up to certainty."""

from __future__ import annotations


def percent(share: float, decimals: int = 1) -> str:
    """Write a probability in per cent: one near certainty with two decimals, or as over 99.99%.

    No probability of a softmax is 1, although many are in float32.
    """
    for places in (decimals, 2):
        text = f"{share:.{places}%}"
        if not text.startswith("100"):
            return text
    return "over 99.99%"


def whole_percent(share: float) -> str:
    """Write a probability in per cent where there is little room: 99% at most."""
    return f"{min(share, 0.99):.0%}"
