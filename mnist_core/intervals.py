"""How sure a measured share is. No torch."""

from __future__ import annotations

import math


def wilson(correct: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, 1927): unlike the normal one it is right near 0 and 1.

    Raises:
        ValueError: `count` is not positive or `correct` is not within 0..count.
    """
    if not 0 <= correct <= count or count == 0:
        raise ValueError(f"expected 0 <= correct <= count and count > 0, received {correct} of {count}")
    z = 1.959964
    share = correct / count
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
