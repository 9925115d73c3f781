"""The arithmetic behind one pixel of a feature map: patch, kernel, products, sum, bias, activation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mnist_core.model.network import DigitNet


@dataclass(frozen=True, slots=True)
class PixelSum:
    """How one filter makes one pixel. C channels come in, the filter is k × k; all numbers are float64."""

    patch: NDArray[np.float64]
    """(C, k, k): what the filter lies on; 0 where it hangs over the edge."""
    kernel: NDArray[np.float64]
    """(C, k, k): the filter's weights."""
    bias: float
    scale: float | None
    """Batch normalisation at reading time multiplies by this and adds `shift`; None without it."""
    shift: float
    activation: nn.Module

    @property
    def products(self) -> NDArray[np.float64]:
        """(C, k, k): patch times kernel, place by place."""
        return self.patch * self.kernel

    @property
    def channel_sums(self) -> NDArray[np.float64]:
        """(C,): the products of each channel, added up."""
        return self.products.sum(axis=(1, 2))

    @property
    def total(self) -> float:
        """All products, and the bias."""
        return float(self.products.sum() + self.bias)

    @property
    def normalised(self) -> float:
        """What goes into the activation."""
        return self.total if self.scale is None else self.total * self.scale + self.shift

    @property
    def value(self) -> float:
        """After the activation: the pixel itself."""
        return float(self.activation(torch.tensor(self.normalised, dtype=torch.float64)))


def pixel_sum(
    model: DigitNet, name: str, received: NDArray[np.float32], channel: int, row: int, column: int
) -> PixelSum:
    """Work out the pixel (row, column) of map `channel` that the convolution `name` makes of `received` (C, H, W).

    What deep learning calls a convolution does not flip the kernel (Goodfellow et al., Deep Learning, 9.1).
    """
    names = [layer.name for layer in model.layers]
    start = names.index(name)
    layer, convolution = model.layers[start], model[start]
    assert isinstance(convolution, nn.Conv2d)
    following = list(model)[start + 1 : start + 3]
    edge = layer.padding
    padded = np.pad(received.astype(np.float64), ((0, 0), (edge, edge), (edge, edge)))
    top, left, side = row * layer.stride, column * layer.stride, layer.kernel_size
    norm = following[0]
    scale, shift = _scale_and_shift(norm, channel) if isinstance(norm, nn.BatchNorm2d) else (None, 0.0)
    return PixelSum(
        patch=padded[:, top : top + side, left : left + side],
        kernel=convolution.weight[channel].detach().double().cpu().numpy(),
        bias=0.0 if convolution.bias is None else float(convolution.bias[channel].detach()),
        scale=scale,
        shift=shift,
        activation=following[0 if scale is None else 1],
    )


def _scale_and_shift(norm: nn.BatchNorm2d, channel: int) -> tuple[float, float]:
    """Fold the running mean and variance into one factor and one summand (Ioffe and Szegedy 2015, algorithm 2)."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    mean, variance, weight, bias = (
        float(t[channel]) for t in (norm.running_mean, norm.running_var, norm.weight.detach(), norm.bias.detach())
    )
    scale = weight / (variance + norm.eps) ** 0.5
    return scale, bias - mean * scale
