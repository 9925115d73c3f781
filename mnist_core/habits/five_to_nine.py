"""Habits of writing the digits 5 to 9, as lines; as in `zero_to_four`."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_core.drawing.lines import Lines, arc, curve, joined, line


def _body_of_five(random: Generator) -> NDArray[np.float64]:
    """Return a 5 without its bar: the neck and the belly, which begins at (0.1, 0)."""
    neck, low = random.uniform(0.3, 0.48), random.uniform(0.8, 1.0)
    right = random.uniform(0.45, 0.65)
    belly = curve((0.06, neck), (0.3, neck - 0.05), (right, 0.6), (right * 0.85, 0.9), (0.25, 1.0), (0.0, low))
    return joined(line((0.1, 0.0)), belly)


def five_bar_apart(random: Generator) -> Lines:
    """Return a 5 whose bar, drawn last, stands apart above it or beside it: everywhere."""
    left, y = random.uniform(0.05, 0.25), random.uniform(-0.2, 0.02)
    bar = line((left, y), (left + random.uniform(0.25, 0.55), y - random.uniform(-0.03, 0.12)))
    return [_body_of_five(random), bar]


def five_like_s(random: Generator) -> Lines:
    """Return a 5 like an S, in one stroke without corners: haste."""
    top = random.uniform(0.42, 0.6)
    upper = [(top, random.uniform(0, 0.1)), (0.28, 0.02), (random.uniform(0.05, 0.14), random.uniform(0.15, 0.28))]
    lower = [(0.25, 0.42), (random.uniform(0.42, 0.55), 0.62), (0.4, 0.9), (0.2, 1.0), (0.0, random.uniform(0.82, 1.0))]
    return [curve(*upper, *lower)]


def six_like_b(random: Generator) -> Lines:
    """Return a 6 like a b, a straight stem and a bowl: schools that teach print."""
    wide, tall = random.uniform(0.18, 0.3), random.uniform(0.18, 0.28)
    stem = line((random.uniform(-0.02, 0.16), 0.0), (0.02, 1 - tall))
    return [joined(stem, arc(wide, 1 - tall, wide, tall, 0.5, 0.5 - random.uniform(0.85, 1.1)))]


def six_filled(random: Generator) -> Lines:
    """Return a 6 with a loop so small that the pen fills it: haste."""
    size, x = random.uniform(0.06, 0.14), random.uniform(0.12, 0.25)
    stem = curve((random.uniform(0.3, 0.55), 0.0), (0.15, 0.4), (x - size, 1 - size))
    return [joined(stem, arc(x, 1 - size, size, size, 0.5, 0.5 - random.uniform(0.8, 1.2)))]


def _top_of_seven(random: Generator) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Return the top of a 7, and its right corner."""
    corner = (random.uniform(0.45, 0.7), random.normal(0, 0.04))
    return line((0.0, random.uniform(-0.02, 0.08)), corner), corner


def _stem_of_seven(corner: tuple[float, float], random: Generator) -> NDArray[np.float64]:
    foot = (random.uniform(0.1, 0.45), 1.0)
    if random.uniform() < 0.5:
        return line(corner, foot)
    return curve(corner, (foot[0] + 0.45 * (corner[0] - foot[0]), 0.4), (foot[0] + 0.05, 0.75), foot)


def crossed_seven(random: Generator) -> Lines:
    """Return a 7 with a bar through it: continental Europe, Latin America."""
    top, corner = _top_of_seven(random)
    stem = _stem_of_seven(corner, random)
    x, y = stem[np.abs(stem[:, 1] - random.uniform(0.35, 0.62)).argmin()] if len(stem) > 2 else stem.mean(axis=0)
    left, right, rise = random.uniform(0.12, 0.35), random.uniform(0.1, 0.35), random.normal(0, 0.08)
    return [joined(top, stem), line((x - left, y + rise), (x + right, y - rise))]


def curled_seven(random: Generator) -> Lines:
    """Return a 7 whose top is a wave or begins with a curl: Britain, India, copperplate."""
    depth, corner = random.uniform(0.05, 0.18), (random.uniform(0.5, 0.72), random.uniform(-0.02, 0.1))
    wave = curve((0.0, depth), (0.12, -0.02), (0.32, depth * 0.8), corner)
    return [joined(wave, _stem_of_seven(corner, random))]


def ticked_seven(random: Generator) -> Lines:
    """Return a 7 that begins with a short stroke down to the left of its top: Japan, China, Korea."""
    top, corner = _top_of_seven(random)
    start = (random.uniform(-0.04, 0.06), random.uniform(0.15, 0.35))
    if random.uniform() < 0.6:
        return [line(start, (top[0, 0], top[0, 1]))[::-1], joined(top, _stem_of_seven(corner, random))]
    return [joined(line(start), top, _stem_of_seven(corner, random))]


def eight_open(random: Generator) -> Lines:
    """Return an 8 in one stroke that is left open at the top: haste."""
    start, end = (random.uniform(0.42, 0.6), random.uniform(0.02, 0.22)), random.uniform(0.3, 0.75)
    upper = [start, (0.28, 0.0), (0.08, 0.2), (0.28, 0.45)]
    lower = [(0.52, 0.72), (0.3, 1.0), (0.05, 0.75), (0.28, 0.47)]
    return [curve(*upper, *lower, (end, random.uniform(0.0, 0.3)))]


def eight_of_rings(random: Generator) -> Lines:
    """Return an 8 of two rings, one upon the other, that touch or nearly do: children."""
    upper, lower = random.uniform(0.16, 0.24), random.uniform(0.22, 0.3)
    y, apart = 1 - 2 * lower, random.uniform(-0.06, 0.05)
    wide = random.uniform(0.8, 1.2)
    return [
        arc(0.3 + random.normal(0, 0.03), y - upper - apart, upper * wide, upper, -0.25, random.uniform(0.7, 0.8)),
        arc(0.3, 1 - lower, lower * wide, lower, -0.25, random.uniform(0.7, 0.8)),
    ]


def _loop_of_nine(random: Generator, size: float) -> NDArray[np.float64]:
    """Return the loop of a 9, which begins and ends at its right, at (0.5, about 0.1)."""
    turns = random.uniform(0.9, 1.05)
    return arc(0.5 - size, 0.25, size, 0.25 * random.uniform(0.7, 1.1), -0.08, -0.08 - turns)


def hooked_nine(random: Generator) -> Lines:
    """Return a 9 whose tail is a hook to the left: continental Europe."""
    end = (random.uniform(-0.1, 0.25), random.uniform(0.8, 1.0))
    tail = curve((0.5, 0.2), (0.52, 0.6), (0.42, 0.95), (0.25, 1.02), end)
    return [joined(_loop_of_nine(random, random.uniform(0.16, 0.26)), tail)]


def nine_like_g(random: Generator) -> Lines:
    """Return a 9 like a g, its tail a loop or a long hook: haste."""
    tail = [(0.5, 0.2), (0.5, 0.6), (0.42, 0.95), (0.18, 1.0), (0.02, random.uniform(0.75, 0.9))]
    if random.uniform() < 0.3:
        tail += [(0.15, 0.72), (random.uniform(0.3, 0.6), random.uniform(0.55, 0.68))]
    return [joined(_loop_of_nine(random, random.uniform(0.16, 0.26)), curve(*tail))]


def nine_filled(random: Generator) -> Lines:
    """Return a 9 with a loop so small that the pen fills it: haste."""
    size = random.uniform(0.07, 0.14)
    loop = arc(0.5 - size, size, size, size, 0, -random.uniform(0.8, 1.1))
    return [joined(loop, curve((0.5, size), (0.5, 0.55), (random.uniform(0.3, 0.5), 1.0)))]


def straight_nine(random: Generator) -> Lines:
    """Return a 9 with a straight stem, like a q, in one stroke or in two: the US, schools that teach print."""
    loop = _loop_of_nine(random, random.uniform(0.17, 0.26))
    stem = line((0.5, random.uniform(0.0, 0.15)), (random.uniform(0.42, 0.55), 1.0))
    return [joined(loop, stem)] if random.uniform() < 0.6 else [loop, stem]
