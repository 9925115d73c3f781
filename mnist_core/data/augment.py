"""Augmentation: bends, shifts and thickens each training image anew every time the network sees it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.config import TrainConfig
from mnist_core.habits.catalogue import HABITS, Habit, draw
from mnist_core.habits.ink import add_to_ink

WRITTEN_ANEW = 0.2
"""Of the share that `pen_variants` sets, how many are written anew altogether, with a habit of their digit."""
_BENDS = 5
"""Control points per side of the elastic field; between them it is interpolated, so strokes bend and do not fray."""


def augment(
    images: Tensor,
    labels: Tensor,
    config: TrainConfig,
    random: torch.Generator,
    habits: Sequence[Habit] = HABITS,
) -> Tensor:
    """Return changed copies of `images`, (B, 1, 28, 28) float32 in [0, 1], in the amounts that `config` sets.

    Only handwriting variants look at `labels`, (B,): a bar belongs on a 7 and would make another digit of a 1. `habits`
    are those that digits are written with.
    Geometry (shift, rotation, size, slant and elastic bending; Simard et al., Best Practices for Convolutional Neural
    Networks, 2003) is resampled once, so that several amounts do not blur the image several times.
    """
    changed = images
    if config.pen_variants:
        changed = add_to_ink(changed, labels, config.pen_variants, random, habits)
        changed = _write_anew(changed, labels, config.pen_variants * WRITTEN_ANEW, random, habits)
    if any((config.shift, config.rotation, config.scaling, config.shear, config.elastic)):
        changed = _bend(changed, config, random)
    if config.thickness:
        changed = _thicken(changed, config.thickness, random)
    if config.noise:
        spread = config.noise * torch.rand((len(images), 1, 1, 1), generator=random)
        changed = (changed + spread * torch.randn(changed.shape, generator=random)).clamp_(0, 1)
    return changed


def _uniform(count: int, largest: float, random: torch.Generator) -> Tensor:
    return (torch.rand(count, generator=random) * 2 - 1) * largest


def _bend(images: Tensor, config: TrainConfig, random: torch.Generator) -> Tensor:
    count, _, height, width = images.shape
    angle = _uniform(count, math.radians(config.rotation), random)
    slant = torch.tan(_uniform(count, math.radians(config.shear), random))
    scale_x = 1 / (1 + _uniform(count, config.scaling, random))
    scale_y = 1 / (1 + _uniform(count, config.scaling, random))
    # affine_grid's unit is half an image side, and its map goes from the result back to the source.
    move = _uniform(2 * count, config.shift * 2 / width, random).view(count, 2)
    cos, sin = torch.cos(angle), torch.sin(angle)
    rows = torch.stack(
        [
            scale_x * cos,
            scale_x * (slant * cos - sin),
            move[:, 0],
            scale_y * sin,
            scale_y * (slant * sin + cos),
            move[:, 1],
        ]
    )
    grid = F.affine_grid(rows.T.reshape(count, 2, 3), [count, 1, height, width], align_corners=False)
    if config.elastic:
        field = torch.randn(count, 2, _BENDS, _BENDS, generator=random) * (config.elastic * 2 / width)
        between = _cubic(_BENDS, width)
        grid = grid + (between @ field @ between.T).permute(0, 2, 3, 1)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


@cache
def _cubic(points: int, size: int) -> Tensor:
    """Return the matrix (size, points) that interpolates `points` values bicubically, twice as fast as F does."""
    rows = F.interpolate(torch.eye(points)[None, None], size=(size, points), mode="bicubic", align_corners=True)
    return rows[0, 0]


def _thicken(images: Tensor, largest: float, random: torch.Generator) -> Tensor:
    """Blend each image towards its dilation (amount > 0) or its erosion (amount < 0) by a 3 x 3 neighbourhood.

    Then make its edges steeper by a factor from 1 to 2: resampling and blending blur a stroke, and a drawing that is
    rendered afresh has edges as steep as MNIST's own or steeper.
    """
    amount = _uniform(len(images), largest, random).view(-1, 1, 1, 1)
    steepness = 1 + torch.rand(len(images), 1, 1, 1, generator=random)
    sign = torch.where(amount < 0, -1.0, 1.0)
    thicker_or_thinner = sign * F.max_pool2d(sign * images, 3, stride=1, padding=1)
    changed = torch.lerp(images, thicker_or_thinner, amount.abs())
    return changed.sub_(0.5).mul_(steepness).add_(0.5).clamp_(0, 1)


def _write_anew(
    images: Tensor, labels: Tensor, share: float, random: torch.Generator, habits: Sequence[Habit]
) -> Tensor:
    """Replace a share of the digits by drawings of the same digit, each with one of these habits."""
    # Every image draws its numbers, chosen or not, so that none of them depends on the labels of the others.
    chosen = torch.rand(len(labels), generator=random) < share
    seeds = torch.randint(2**62, (len(labels),), generator=random).tolist()
    changed = images.clone()
    for row in torch.nonzero(chosen).squeeze(1).tolist():
        hand = np.random.default_rng(seeds[row])
        if ways := [habit for habit in habits if habit.digit == labels[row]]:
            changed[row, 0] = torch.from_numpy(draw(ways[hand.integers(len(ways))], hand))
    return changed
