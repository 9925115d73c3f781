"""Habits added to the ink of MNIST's own digits: each stays as its writer wrote it, but for what is added."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.habits import five_to_nine as high
from mnist_core.habits import zero_to_four as low
from mnist_core.habits.catalogue import HABITS, Habit

_REACH, _EDGE = 1.45, 0.5
"""Added strokes are fully bright up to 0.95 px from their middle and dark from 1.45 px on, as MNIST's strokes are."""


def add_to_ink(
    images: Tensor, labels: Tensor, share: float, random: torch.Generator, habits: Sequence[Habit] = HABITS
) -> Tensor:
    """Return images, (B, 1, 28, 28) float32 in [0, 1], a share of them with one of these habits added.

    A slash is added to a 0, a flag or a base to a 1, a bar to a 7, a hook to the tail of a 9; the loop of a 6 is
    filled. What is added starts from the digit's own ink, so that it fits a slanted digit as well as an upright one.
    """
    # Every image draws its numbers, chosen or not, so that none of them depends on the labels of the others.
    amounts = torch.rand(len(labels), 6, generator=random).to(images.device)
    chosen = amounts[:, 0] < share
    changed = images.clone()
    wanted = {habit.lines for habit in habits}
    for digit, habit, lines in (
        (0, low.slashed_zero, _slash),
        (1, low.flagged_one, _flag_and_base),
        (7, high.crossed_seven, _bar),
        (9, high.hooked_nine, _hook),
    ):
        rows = torch.nonzero(chosen & (labels == digit)).squeeze(1)
        if len(rows) and habit in wanted:
            ink = images[rows, 0]
            changed[rows, 0] = torch.maximum(ink, _draw(lines(ink, amounts[rows, 1:].unbind(1))))
    rows = torch.nonzero(chosen & (labels == 6)).squeeze(1)
    if len(rows) and high.six_filled in wanted:
        changed[rows] = _fill(images[rows])
    return changed


def _slash(ink: Tensor, amounts: Sequence[Tensor]) -> Tensor:
    """Return a line through the middle of each 0, at any angle, from half as long as the ring is wide to twice."""
    top, bottom = _extent(ink)
    left, right = _extent(ink.transpose(1, 2))
    turn, long, aside, lower, _ = amounts
    angle = math.pi * turn
    half_x, half_y = (right - left) / 2, (bottom - top) / 2
    reach = (0.5 + 1.2 * long) * torch.hypot(half_x * angle.cos(), half_y * angle.sin())
    x, y = (left + right) / 2 + 2 * (aside - 0.5), (top + bottom) / 2 + 3 * (lower - 0.5)
    dx, dy = reach * angle.cos(), reach * angle.sin()
    return _line(x - dx, y + dy, x + dx, y - dy).unsqueeze(1)


def _fill(images: Tensor) -> Tensor:
    """Return images, (N, 1, 28, 28), with loops filled that are up to two pixels wide: a morphological closing."""
    wider = F.max_pool2d(images, 3, stride=1, padding=1)
    return torch.maximum(images, -F.max_pool2d(-wider, 3, stride=1, padding=1))


def _flag_and_base(ink: Tensor, amounts: Sequence[Tensor]) -> Tensor:
    top, bottom = _extent(ink)
    long, steep, wide, kind, _ = amounts
    x, length, angle = _middle(ink, top), 3 + 9 * long, 0.5 + 0.75 * steep  # pixels; radians below the horizontal
    flag = _line(x, top + 1, x - length * angle.cos(), top + 1 + length * angle.sin())
    x, half = _middle(ink, bottom), 2.5 + 3 * wide
    base = _line(x - half, bottom - 0.5, x + half, bottom - 0.5)
    # Three ways: a flag alone (60 %), a flag and a base (30 %), a base alone (10 %).
    first = torch.where((kind < 0.9).view(-1, 1, 1), flag, base)
    second = torch.where((kind > 0.6).view(-1, 1, 1), base, flag)
    return torch.stack([first, second], dim=1)


def _bar(ink: Tensor, amounts: Sequence[Tensor]) -> Tensor:
    top, bottom = _extent(ink)
    high, aside, wide, slope, _ = amounts
    y = top + (0.4 + 0.25 * high) * (bottom - top)
    x = _middle(ink, y) + 2 * (aside - 0.5)
    half, rise = 3 + 3 * wide, 0.8 * (slope - 0.5)
    return _line(x - half, y - half * rise, x + half, y + half * rise).unsqueeze(1)


def _hook(ink: Tensor, amounts: Sequence[Tensor]) -> Tensor:
    _, bottom = _extent(ink)
    long, deep, back, _, _ = amounts
    x, y = _middle(ink, bottom), bottom - 1
    length = 3 + 6 * long
    turn_x, turn_y = x - 0.5 * length, y + 1.5 * deep
    return torch.stack(
        [_line(x, y, turn_x, turn_y), _line(turn_x, turn_y, x - length, y - 0.5 * length * back)],
        dim=1,
    )


def _extent(ink: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first and the last row with ink of each image: two of (B,)."""
    inked = (ink.amax(2) > 0.4).float()
    return inked.argmax(1).float(), ink.shape[1] - 1.0 - inked.flip(1).argmax(1).float()


def _middle(ink: Tensor, y: Tensor) -> Tensor:
    """Return the centre of mass, in columns, of ink on row `y`, (B,); the image's middle where the row has none."""
    row = ink[torch.arange(len(ink), device=ink.device), y.round().long()]
    columns = torch.arange(ink.shape[2], device=ink.device, dtype=ink.dtype)
    mass = row.sum(1)
    return torch.where(mass > 0, row @ columns / mass.clamp(min=1e-6), 13.5)


def _line(from_x: Tensor, from_y: Tensor, to_x: Tensor, to_y: Tensor) -> Tensor:
    """Return the ends of one line in each image, as (B, 2 ends, x and y)."""
    return torch.stack([torch.stack([from_x, from_y], 1), torch.stack([to_x, to_y], 1)], 1)


def _draw(lines: Tensor) -> Tensor:
    """Return the ink, (B, 28, 28), of lines (B, lines, 2 ends, x and y), with MNIST's own thickness and edges."""
    at = torch.arange(28, device=lines.device, dtype=lines.dtype)
    pixels = torch.stack(torch.meshgrid(at, at, indexing="xy"), -1).view(1, 1, 28 * 28, 2)
    start, along = lines[:, :, :1], lines[:, :, 1:] - lines[:, :, :1]
    nearest = ((pixels - start) * along).sum(-1, keepdim=True) / along.square().sum(-1, keepdim=True).clamp(min=1e-6)
    distance = (pixels - start - nearest.clamp(0, 1) * along).square().sum(-1).sqrt()
    return ((_REACH - distance.amin(1)) / _EDGE).clamp(0, 1).view(-1, 28, 28)
