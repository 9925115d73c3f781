"""Habits of writing the digits 0 to 4, as lines: x to the right, y downwards, a digit about 1 high. NumPy only.

Every function draws one of many forms of its habit, chosen by `random`. What is taught and used where follows
"Regional handwriting variation" (https://en.wikipedia.org/wiki/Regional_handwriting_variation) and the copybooks that
it lists.
"""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_core.drawing.lines import Lines, arc, curve, joined, line


def ring(random: Generator) -> NDArray[np.float64]:
    """Return the ring of a 0, narrow or wide; its ends overlap, or a small gap is left."""
    start, turns = random.uniform(-0.45, 0), random.choice([-1, 1]) * random.uniform(0.96, 1.08)
    return arc(0.5, 0.5, random.uniform(0.2, 0.48), 0.5, start, start + turns)


def through(angle: float, half: float, random: Generator) -> NDArray[np.float64]:
    """Return a straight line about the middle of a 0.

    Args:
        angle: in degrees, from the right, counter-clockwise.
        half: its length, halved; the ring reaches up to 0.5.
        random: moves it aside a little.
    """
    x, y = 0.5 + random.normal(0, 0.04), 0.5 + random.normal(0, 0.05)
    dx, dy = half * cos(angle * pi / 180), half * sin(angle * pi / 180)
    return line((x - dx, y + dy), (x + dx, y - dy))[:: int(random.choice([-1, 1]))]


def slashed_zero(random: Generator) -> Lines:
    """Return a 0 with a slash, steep or flat, inside it or far out of it: programming, radio, the military."""
    return [ring(random), through(random.uniform(20, 75), random.uniform(0.25, 0.75), random)]


def backslashed_zero(random: Generator) -> Lines:
    """Return a 0 with a slash from upper left to lower right: where Ø is a letter (Denmark, Norway)."""
    return [ring(random), through(random.uniform(105, 160), random.uniform(0.25, 0.7), random)]


def barred_zero(random: Generator) -> Lines:
    """Return a 0 with an upright bar through it: Germany."""
    return [ring(random), through(random.uniform(78, 102), random.uniform(0.25, 0.75), random)]


def level_zero(random: Generator) -> Lines:
    """Return a 0 with a level bar through it, as a 7 has one: whoever crosses the 7 too."""
    return [ring(random), through(random.uniform(-14, 18), random.uniform(0.22, 0.65), random)]


def ticked_zero(random: Generator) -> Lines:
    """Return a 0 with a tick, a slash in its upper right alone, often reaching out of it: programming."""
    x, y, half = random.uniform(0.6, 0.85), random.uniform(0.1, 0.35), random.uniform(0.14, 0.3)
    return [ring(random), line((x - half * 0.7, y + half), (x + half * 0.7, y - half))]


def looped_slashed_zero(random: Generator) -> Lines:
    """Return a 0 whose slash follows the ring without lifting the pen: programming, in haste."""
    wide, start = random.uniform(0.25, 0.45), random.uniform(-0.2, -0.08)
    end = (random.uniform(-0.1, 0.3), random.uniform(0.8, 1.1))
    return [joined(arc(0.5, 0.5, wide, 0.5, start, start - random.uniform(0.95, 1.03)), line(end))]


def dotted_zero(random: Generator) -> Lines:
    """Return a 0 with a dot or a short dash in its middle: programming (IBM's 3270 displays)."""
    angle, half = random.uniform(-30, 90), random.uniform(0.05, 0.14)
    return [arc(0.5, 0.5, random.uniform(0.28, 0.48), 0.5, -0.3, 0.75), through(angle, half, random)]


def open_zero(random: Generator) -> Lines:
    """Return a 0 that is not closed, or whose ends cross: haste."""
    wide, start = random.uniform(0.25, 0.45), random.uniform(-0.32, -0.12)
    gap, way = random.uniform(-0.15, 0.14), random.choice([-1, 1])
    ring = arc(0.5, 0.5, wide, 0.5, start, start + way * (1 - gap))
    drift = np.linspace(0, 1, len(ring))[:, None] * random.normal(0, 0.06, 2)
    return [ring + drift]


def _flag(random: Generator, longest: float = 0.8) -> tuple[float, float]:
    """Return where the flag of a 1 begins, whose stem begins at (0.5, 0): to its left and lower, at a steep angle."""
    length, angle = random.uniform(0.2, longest), random.uniform(28, 72) * pi / 180
    return 0.5 - length * cos(angle), length * sin(angle)


def _base(random: Generator) -> NDArray[np.float64]:
    wide, rise = random.uniform(0.12, 0.4), random.normal(0, 0.03)
    return line((0.5 - wide, 1 + rise), (0.5 + wide * random.uniform(0.7, 1.2), 1 - rise))


def flagged_one(random: Generator) -> Lines:
    """Return a 1 with a long flag and no base: Germany, France, Italy, Spain, Poland, Russia, Brazil."""
    start, peak = _flag(random), (0.5, 0.0)
    foot = (0.5 + random.normal(0, 0.06), 1.0)
    if random.uniform() < 0.3:
        return [joined(curve(start, (0.5 + 0.4 * (start[0] - 0.5), 0.42 * start[1]), peak), line(foot))]
    return [line(start, peak, foot)]


def flagged_one_with_base(random: Generator) -> Lines:
    """Return a 1 with a flag and a base, as it is printed: Britain, the US, forms to fill in."""
    stem = line(_flag(random, 0.6), (0.5, 0), (0.5, 1))
    return [stem, _base(random)] if random.uniform() < 0.7 else [joined(stem, _base(random))]


def one_with_base(random: Generator) -> Lines:
    """Return a 1 with a base and no flag, or hardly any: the US."""
    return [line((0.5 - random.uniform(0, 0.08), random.uniform(0, 0.08)), (0.5, 0), (0.5, 1)), _base(random)]


def retraced_one(random: Generator) -> Lines:
    """Return a 1 drawn down and up again beside itself: children, and whoever wants it thicker."""
    apart, back = random.uniform(0.02, 0.16) * random.choice([-1, 1]), random.uniform(0, 0.4)
    turn = (0.5 + apart / 2, 1.02)
    if random.uniform() < 0.5:
        return [joined(line((0.5, 0), (0.5, 0.95)), line(turn), line((0.5 + apart, 0.95), (0.5 + apart, back)))]
    return [curve((0.5 + apart, back), (0.5 + apart / 3, 0.02), (0.5, 0.1), (0.5, 0.55), (0.5, 1))]


def two_like_z(random: Generator) -> Lines:
    """Return a 2 like a Z, with two sharp corners: schools that teach print, haste."""
    top, slope = random.uniform(0, 0.12), random.normal(0, 0.05)
    corner = (random.uniform(0.52, 0.68), top)
    neck = (
        curve((0.05, 0.1 + slope), (0.3, 0.0), corner) if random.uniform() < 0.4 else line((0.0, 0.05 + slope), corner)
    )
    return [joined(neck, line((random.uniform(-0.05, 0.1), 0.97), (random.uniform(0.55, 0.8), 1 - slope)))]


def narrow_three(random: Generator) -> Lines:
    """Return a 3 so narrow that it is nearly a line: haste."""
    wide, waist = random.uniform(0.05, 0.25), random.uniform(0.4, 0.55)
    upper, lower = wide * random.uniform(0.6, 1), wide * random.uniform(0.8, 1.2)
    return [
        joined(
            curve(
                (0.0, random.uniform(0, 0.1)), (upper, 0.08), (upper, 0.27), (wide * random.uniform(0.1, 0.6), waist)
            ),
            curve((wide * 0.4, waist), (lower, 0.65), (lower, 0.88), (0.0, 1.0)),
        )
    ]


def flat_three(random: Generator) -> Lines:
    """Return a 3 with a flat top and a corner, like the letter Ʒ: so that no 8 can be made of it."""
    waist = (random.uniform(0.2, 0.35), random.uniform(0.35, 0.45))
    lower = curve(waist, (0.6, 0.55), (0.58, 0.88), (0.28, 1.0), (0.0, random.uniform(0.82, 0.95)))
    return [joined(line((0.02, random.uniform(0, 0.06)), (random.uniform(0.5, 0.62), 0.02)), lower)]


def corner_of_four(right: float, random: Generator) -> NDArray[np.float64]:
    """Return the first stroke of a 4: down and then level to the right, with a corner or a bend."""
    level, lean = random.uniform(0.48, 0.72), random.uniform(0, 0.3)
    top, start = (lean, random.uniform(0, 0.12)), (random.uniform(0, 0.06), level)
    end = (right, level + random.normal(0, 0.05))
    if random.uniform() < 0.5:
        return line(top, start, end)
    return curve(top, (0.3 * lean, 0.55 * level), (0.05, level - 0.06), (0.2, level + 0.02), end)


def four_apart(random: Generator) -> Lines:
    """Return a 4 of two strokes that do not touch, an L or a hooked line and a bar at its right: everywhere."""
    right = random.uniform(0.2, 0.5)
    x = right + random.uniform(0.03, 0.3)
    stem = line(
        (x + random.normal(0, 0.06), random.uniform(0, 0.4)), (x - random.uniform(0, 0.1), random.uniform(0.9, 1.2))
    )
    return [corner_of_four(right, random), stem]


def open_four(random: Generator) -> Lines:
    """Return a 4 that is open at the top, its stem crossing the bar: all lines upright or level, as on a display."""
    right = random.uniform(0.45, 0.75)
    x = right - random.uniform(0.0, 0.3)
    return [corner_of_four(right, random), line((x, random.uniform(-0.05, 0.4)), (x - random.uniform(0, 0.12), 1.05))]


def closed_four(random: Generator) -> Lines:
    """Return a 4 that is closed at the top, in one stroke or in two: as it is printed."""
    level, peak = random.uniform(0.55, 0.75), (random.uniform(0.38, 0.55), 0.0)
    bar = [(0.0, level), (random.uniform(0.6, 0.8), level + random.normal(0, 0.04))]
    stem = line(peak, (peak[0] + random.normal(0, 0.04), 1.0))
    if random.uniform() < 0.5:
        return [line(peak, *bar), stem]
    return [joined(line((peak[0], 1.0), peak, *bar))]


def lightning_four(random: Generator) -> Lines:
    """Return a 4 in one stroke without its bar, like a flash of lightning: haste."""
    level = random.uniform(0.42, 0.62)
    turn, right = (random.uniform(0, 0.1), level), (random.uniform(0.4, 0.7), level - random.uniform(-0.05, 0.12))
    top, foot = (random.uniform(0.2, 0.5), 0.0), (random.uniform(0.25, 0.55), 1.0)
    if random.uniform() < 0.4:
        return [joined(curve(top, (0.12, 0.6 * level), turn), curve((0.08, level + 0.02), right, foot)[1:])]
    return [line(top, turn, right, foot)]
