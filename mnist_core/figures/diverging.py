"""The one colour scale of signed numbers: black is 0, as in the digits, orange is above and blue below. No plotly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ABOVE, BELOW = "#e07b1f", "#3d8fe0"
"""The colours of a number above 0 and of one below."""
SCALE = ((0.0, "#cfe8ff"), (0.25, BELOW), (0.5, "#000000"), (0.75, ABOVE), (1.0, "#ffe6bf"))
"""From the most negative to the most positive; blue and orange stay apart for colour-blind eyes."""

_STOPS = np.array([stop for stop, _ in SCALE])
_COLOURS = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for _, colour in SCALE], float)
_FOR, _AGAINST = _COLOURS[3], _COLOURS[1]


def largest(values: NDArray[np.floating]) -> float:
    """Return the largest distance from 0, and 1 where everything is 0: both ends of a scale around 0."""
    return float(np.abs(values).max()) or 1.0


def usual(values: NDArray[np.floating]) -> float:
    """Return a distance from 0 that all but the largest twentieth of the numbers other than 0 keep within.

    A single extreme pixel would leave all others without colour.
    """
    seen = np.abs(values[values != 0])
    return float(np.percentile(seen, 95)) if seen.size else 1.0


def colour(values: NDArray[np.floating], limit: float) -> NDArray[np.uint8]:
    """Return the colours, (..., 3), of numbers between -limit and limit."""
    place = np.clip(values / limit, -1, 1) / 2 + 0.5
    return np.stack([np.interp(place, _STOPS, _COLOURS[:, i]) for i in range(3)], axis=-1).round().astype(np.uint8)


def overlay(image: NDArray[np.floating], say: NDArray[np.floating], limit: float) -> NDArray[np.uint8]:
    """Return a dimmed digit (28, 28) in [0, 1] with each pixel's say (28, 28) above it, (28, 28, 3)."""
    strength = np.clip(np.abs(say) / limit, 0, 1)[..., None]
    tint = np.where(say[..., None] > 0, _FOR, _AGAINST)
    return ((1 - strength) * image[..., None] * 90 + strength * tint).round().astype(np.uint8)
