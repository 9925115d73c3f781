"""What a device and a hand make of a drawing: pointer speed, samples a second, size and shape of the box, tremble.

NumPy only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from types import MappingProxyType

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_core.drawing.lines import Lines, midpoint_curves
from mnist_core.drawing.strokes import Stroke, evenly

BRUSH = 0.07
"""Width of the line, as a share of the box: 20 of 280 pixels, as on the Draw page at first."""
_TREMBLES = 9.0
"""Times a second that a hand trembles (8 to 12 Hz; Elble and Koller, Tremor, 1990)."""
_DENSE = 240
"""Points of a stroke before the pointer is sampled."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """How a drawing reaches the page."""

    speed: float = 3.0
    """Of the pointer, in heights of the digit a second."""
    rate: float = 60.0
    """Points that the page is told a second, 20 to 240."""
    side: float = 280.0
    """Of the box that is drawn in, in CSS pixels; the pointer is told in whole ones."""
    aspect: float = 1.0
    """By how much a tablet of another shape than the box stretches the drawing: width over height."""
    tremble: float = 0.0
    """How far the hand trembles, as a share of the digit's height."""
    wobble: float = 0.0
    """How far a finger on a trackpad wanders off the line, as a share of the digit's height."""


DEVICES: Mapping[str, Device] = MappingProxyType(
    {
        "mouse, 60 points a second": Device(),
        "slow pointer": Device(speed=0.7),
        "fast pointer": Device(speed=6.0),
        "20 points a second": Device(speed=1.5, rate=20.0),
        "240 points a second": Device(rate=240.0),
        "box of 60 px": Device(side=60.0),
        "box of 120 px": Device(side=120.0),
        "box of 300 px": Device(side=300.0),
        "tablet 16:10, stretched": Device(aspect=1.6),
        "phone upright, squeezed": Device(aspect=0.6),
        "trackpad, wobble": Device(wobble=0.02),
        "child, tremble": Device(tremble=0.015),
    }
)
"""The devices that are measured."""


def trace(lines: Lines, device: Device, random: Generator) -> list[Stroke]:
    """Return the strokes that the page gets when somebody draws these lines on a device.

    Args:
        lines: arrays (N, 2) of points, x to the right and y downwards, in boxes: 0 to 1 is the whole box.
        device: what it is drawn on.
        random: the hand's tremble, and when the pointer is first sampled.
    """
    height = max(float(np.ptp(np.concatenate(lines)[:, 1])), 0.05)
    strokes = []
    for one in lines:
        along, points = evenly(one, _DENSE)
        seconds = along / (device.speed * height)
        phase = random.uniform(0, 2 * pi, 2)
        points = points + device.tremble * height * np.sin(2 * pi * _TREMBLES * seconds[:, None] + phase)
        points = points + device.wobble * height * _wander(len(points), random)
        first = random.uniform(0, 1 / device.rate)
        at = np.concatenate([[0.0], np.arange(first, seconds[-1], 1 / device.rate), [seconds[-1]]])
        told = np.column_stack([np.interp(at, seconds, points[:, axis]) for axis in (0, 1)])
        pixels = np.round(told * device.side * (np.sqrt(device.aspect), 1 / np.sqrt(device.aspect)))
        strokes.append(Stroke(midpoint_curves(pixels), BRUSH * device.side))
    return strokes


def _wander(count: int, random: Generator) -> NDArray[np.float64]:
    """Return a slow random movement, (count, 2), of standard deviation about 1."""
    knots = random.normal(size=(max(count // 12, 2), 2))
    at = np.linspace(0, len(knots) - 1, count)
    return np.column_stack([np.interp(at, np.arange(len(knots)), knots[:, axis]) for axis in (0, 1)])
