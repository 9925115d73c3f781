"""Augmentation: each training image bent, shifted and thickened anew every time it is seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.config import TrainConfig

_BENDS = 5
"""Control points per side of the elastic field; between them it is interpolated, so strokes bend and do not fray."""
_REACH, _EDGE = 1.45, 0.5
"""Added strokes are fully bright up to 0.95 px from their middle and dark from 1.45 px on, as MNIST's strokes are."""


def augment(images: Tensor, labels: Tensor, config: TrainConfig, random: torch.Generator) -> Tensor:
    """Return changed copies of `images`, (B, 1, 28, 28) float32 in [0, 1], in the amounts that `config` sets.

    Only handwriting variants look at `labels`, (B,): a bar belongs on a 7 and would make another digit of a 1.
    Geometry (shift, rotation, size, slant and elastic bending; Simard et al., Best Practices for Convolutional Neural
    Networks, 2003) is resampled once, so that several amounts do not blur the image several times.
    """
    changed = images
    if config.pen_variants:
        changed = _write_otherwise(changed, labels, config.pen_variants, random)
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
    """(size, points): the matrix that interpolates `points` values to `size`, bicubically, twice as fast as F does."""
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


def _write_otherwise(images: Tensor, labels: Tensor, share: float, random: torch.Generator) -> Tensor:
    """Add what MNIST's American digits lack: a flag or a base to a 1, a bar across a 7, a hook to the tail of a 9.

    The additions start from the digit's own ink, so that they fit a slanted digit as well as an upright one.
    """
    # Every image draws its numbers, chosen or not, so that none of them depends on the labels of the others.
    amounts = torch.rand(len(labels), 6, generator=random).to(images.device)
    chosen = amounts[:, 0] < share
    changed = images.clone()
    for digit, lines in ((1, _flag_and_base), (7, _bar), (9, _hook)):
        rows = torch.nonzero(chosen & (labels == digit)).squeeze(1)
        if len(rows):
            ink = images[rows, 0]
            changed[rows, 0] = torch.maximum(ink, _draw(lines(ink, amounts[rows, 1:].unbind(1))))
    return changed


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
    """First and last row with ink of each image: two of (B,)."""
    inked = (ink.amax(2) > 0.4).float()
    return inked.argmax(1).float(), ink.shape[1] - 1.0 - inked.flip(1).argmax(1).float()


def _middle(ink: Tensor, y: Tensor) -> Tensor:
    """Centre of mass, in columns, of the ink on row `y`, (B,); the image's middle where that row has none."""
    row = ink[torch.arange(len(ink), device=ink.device), y.round().long()]
    columns = torch.arange(ink.shape[2], device=ink.device, dtype=ink.dtype)
    mass = row.sum(1)
    return torch.where(mass > 0, row @ columns / mass.clamp(min=1e-6), 13.5)


def _line(from_x: Tensor, from_y: Tensor, to_x: Tensor, to_y: Tensor) -> Tensor:
    """The ends of one line in each image, as (B, 2 ends, x and y)."""
    return torch.stack([torch.stack([from_x, from_y], 1), torch.stack([to_x, to_y], 1)], 1)


def _draw(lines: Tensor) -> Tensor:
    """The ink, (B, 28, 28), of lines (B, lines, 2 ends, x and y), with MNIST's own thickness and edges."""
    at = torch.arange(28, device=lines.device, dtype=lines.dtype)
    pixels = torch.stack(torch.meshgrid(at, at, indexing="xy"), -1).view(1, 1, 28 * 28, 2)
    start, along = lines[:, :, :1], lines[:, :, 1:] - lines[:, :, :1]
    nearest = ((pixels - start) * along).sum(-1, keepdim=True) / along.square().sum(-1, keepdim=True).clamp(min=1e-6)
    distance = (pixels - start - nearest.clamp(0, 1) * along).square().sum(-1).sqrt()
    return ((_REACH - distance.amin(1)) / _EDGE).clamp(0, 1).view(-1, 28, 28)
