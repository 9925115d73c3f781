"""Augmentation: each training image bent, shifted and thickened anew every time it is seen."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.config import TrainConfig

_BENDS = 5
"""Control points per side of the elastic field; between them it is interpolated, so strokes bend and do not fray."""


def augment(images: Tensor, config: TrainConfig, random: torch.Generator) -> Tensor:
    """Return changed copies of `images`, (B, 1, 28, 28) float in [0, 1], in the amounts that `config` sets.

    Geometry (shift, rotation, size, slant and elastic bending; Simard et al., Best Practices for Convolutional Neural
    Networks, 2003) is resampled once, so that several amounts do not blur the image several times.
    """
    changed = images
    if any((config.shift, config.rotation, config.scaling, config.shear, config.elastic)):
        changed = _bend(changed, config, random)
    if config.thickness:
        changed = _thicken(changed, config.thickness, random)
    if config.noise:
        noise = torch.randn(changed.shape, generator=random)
        changed = (changed + config.noise * noise).clamp_(0, 1)
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
        field = F.interpolate(field, size=(height, width), mode="bicubic", align_corners=True)
        grid = grid + field.permute(0, 2, 3, 1)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _thicken(images: Tensor, largest: float, random: torch.Generator) -> Tensor:
    """Blend each image towards its dilation (amount > 0) or its erosion (amount < 0) by a 3 x 3 neighbourhood."""
    amount = _uniform(images.shape[0], largest, random).view(-1, 1, 1, 1)
    thicker = F.max_pool2d(images, 3, stride=1, padding=1)
    thinner = -F.max_pool2d(-images, 3, stride=1, padding=1)
    return torch.where(amount > 0, torch.lerp(images, thicker, amount.abs()), torch.lerp(images, thinner, amount.abs()))
