"""Nine ways to change an image of a digit, each by an amount in stated units: images as a network meets them in use.

After the idea of Hendrycks & Dietterich, Benchmarking Neural Network Robustness to Common Corruptions (ICLR 2019). No
torch: the pages show the changed images too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Images: TypeAlias = NDArray[np.float32]
"""(N, 28, 28) float32 in [0, 1], white on black."""
_Change: TypeAlias = Callable[[Images, float, np.random.Generator], Images]

_SIDE = 28
_MIDDLE = (_SIDE - 1) / 2
_AT = np.arange(_SIDE, dtype=np.float32)


@dataclass(frozen=True, kw_only=True, slots=True)
class Corruption:
    """One way to change an image, and the amounts at which it is measured."""

    name: str
    sentence: str
    """What it does, in plain words."""
    unit: str
    """What an amount counts."""
    sign: str
    """The unit as it is written behind a number."""
    amounts: tuple[float, ...]
    """Those that are measured, eight of each; the first is 0, which changes nothing."""
    reach: tuple[float, float, float]
    """Lowest and highest amount that make sense, and a step that is felt."""
    change: _Change = field(repr=False)

    def apply(self, images: Images, amount: float, random: np.random.Generator) -> Images:
        """Return changed copies of `images`, of the same shape, type and range; of an `amount` of 0, equal ones.

        `random` is drawn from by what is random (noise, the place of the occlusion) in the same way whatever the
        amount: generators with the same seed give more of the same noise, not other noise.

        Raises:
            ValueError: `amount` is out of reach.
        """
        low, high, _ = self.reach
        if not low <= amount <= high:
            raise ValueError(f"expected an amount of {self.name} from {low:g} to {high:g}, received {amount:g}")
        if amount == 0:
            return images.copy()
        return self.change(images, amount, random).clip(0, 1).astype(np.float32, copy=False)

    def describe(self, amount: float) -> str:
        """Return an amount with its unit: 30°, −45%."""
        return f"{amount:g}{self.sign}".replace("-", "−")


def _rotate(images: Images, degrees: float, _: np.random.Generator) -> Images:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = np.meshgrid(_AT - _MIDDLE, _AT - _MIDDLE)
    return _resample(images, cos * x + sin * y + _MIDDLE, cos * y - sin * x + _MIDDLE)


def _shift(images: Images, pixels: float, _: np.random.Generator) -> Images:
    x, y = np.meshgrid(_AT - pixels, _AT)
    return _resample(images, x, y)


def _scale(images: Images, per_cent: float, _: np.random.Generator) -> Images:
    at = (_AT - _MIDDLE) / (1 + per_cent / 100) + _MIDDLE
    x, y = np.meshgrid(at, at)
    return _resample(images, x, y)


def _resample(images: Images, x: NDArray[np.floating], y: NDArray[np.floating]) -> Images:
    """Read every image between its pixels, bilinearly, at columns `x` and rows `y`, (28, 28); black outside of it."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1))).reshape(len(images), -1)
    left, top = (np.floor(at).clip(-1, _SIDE - 1).astype(int) for at in (x, y))
    right_share, lower_share = (x - left).clip(0, 1), (y - top).clip(0, 1)
    width = _SIDE + 2
    corner = ((top + 1) * width + left + 1).ravel()
    result = np.zeros((len(images), _SIDE * _SIDE), np.float32)
    for down, row_share in ((0, 1 - lower_share), (width, lower_share)):
        for across, column_share in ((0, 1 - right_share), (1, right_share)):
            share = (row_share * column_share).astype(np.float32).ravel()
            result += share * padded[:, corner + down + across]
    return result.reshape(images.shape)


def _thicken(images: Images, pixels: float, _: np.random.Generator) -> Images:
    """Dilate (amount > 0) or erode (amount < 0) by a 3 x 3 neighbourhood a pixel; the last fraction is blended in."""
    ink = images if pixels > 0 else 1 - images
    left = abs(pixels)
    while left > 0:
        ink = ink + min(left, 1) * (_dilate(ink) - ink)
        left -= 1
    return ink if pixels > 0 else 1 - ink


def _dilate(images: Images) -> Images:
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    tall = np.maximum(np.maximum(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    return np.maximum(np.maximum(tall[:, :, :-2], tall[:, :, 1:-1]), tall[:, :, 2:])


def _add_noise(images: Images, per_cent: float, random: np.random.Generator) -> Images:
    """Add Gaussian noise with a standard deviation of `per_cent` of white."""
    return images + per_cent / 100 * random.standard_normal(images.shape, np.float32)


def _blur(images: Images, sigma: float, _: np.random.Generator) -> Images:
    """Convolve with a Gaussian of standard deviation `sigma`, in pixels."""
    sigma = max(sigma, 0.05)  # below it nothing is blurred, and the square of a tiny sigma is 0

    def bell(distance: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.exp(-(distance**2) / (2 * sigma**2))

    kernel = bell(_AT - _AT[:, None]) / bell(np.arange(-5 * _SIDE, 5 * _SIDE + 1.0)).sum()
    kernel = kernel.astype(np.float32)
    return kernel @ images @ kernel


def _invert(images: Images, per_cent: float, _: np.random.Generator) -> Images:
    share = per_cent / 100
    return (1 - share) * images + share * (1 - images)


def _occlude(images: Images, side: float, random: np.random.Generator) -> Images:
    """Blacken a square around a pixel of ink, the brighter the more probable; fractions of pixels are blended."""
    ink = images.reshape(len(images), -1).cumsum(1)
    chosen = random.random((len(images), 1), np.float32) * ink[:, -1:]
    pixel = (ink <= chosen).sum(1).clip(max=_SIDE * _SIDE - 1)  # an image without ink has none to choose
    rows, columns = (
        (np.minimum(_AT + 0.5, middle + side / 2) - np.maximum(_AT - 0.5, middle - side / 2)).clip(0, 1)
        for middle in (pixel[:, None] // _SIDE, pixel[:, None] % _SIDE)
    )
    return images * (1 - rows[:, :, None] * columns[:, None, :])


def _flatten(images: Images, per_cent: float, _: np.random.Generator) -> Images:
    return 0.5 + (1 - per_cent / 100) * (images - 0.5)


CORRUPTIONS: dict[str, Corruption] = {
    corruption.name: corruption
    for corruption in (
        Corruption(
            name="rotation",
            sentence="The digit is turned clockwise.",
            unit="degrees clockwise",
            sign="°",
            amounts=(0, 10, 20, 30, 40, 50, 60, 90),
            reach=(-180, 180, 5),
            change=_rotate,
        ),
        Corruption(
            name="shift",
            sentence="The digit is moved to the right, in the end over the edge.",
            unit="pixels to the right",
            sign=" px",
            amounts=(0, 1, 2, 3, 4, 6, 8, 10),
            reach=(-14, 14, 0.5),
            change=_shift,
        ),
        Corruption(
            name="scale",
            sentence="The digit is made larger or smaller.",
            unit="% larger",
            sign="%",
            amounts=(0, -15, 15, -30, 30, -45, 45, 60),
            reach=(-60, 100, 5),
            change=_scale,
        ),
        Corruption(
            name="thickness",
            sentence="The strokes are made thicker or thinner at either edge.",
            unit="pixels thicker",
            sign=" px",
            amounts=(0, -0.5, 0.5, -1, 1, -1.5, 1.5, 2),
            reach=(-2, 3, 0.1),
            change=_thicken,
        ),
        Corruption(
            name="noise",
            sentence="Every pixel is made brighter or darker at random, like snow on an old television.",
            unit="% of white",
            sign="%",
            amounts=(0, 10, 20, 30, 40, 60, 80, 100),
            reach=(0, 150, 5),
            change=_add_noise,
        ),
        Corruption(
            name="blur",
            sentence="The image is out of focus.",
            unit="pixels",
            sign=" px",
            amounts=(0, 0.5, 1, 1.5, 2, 2.5, 3, 4),
            reach=(0, 6, 0.1),
            change=_blur,
        ),
        Corruption(
            name="inversion",
            sentence="White fades to black and black to white; half way, everything is grey.",
            unit="% inverted",
            sign="%",
            amounts=(0, 10, 20, 30, 40, 60, 80, 100),
            reach=(0, 100, 2),
            change=_invert,
        ),
        Corruption(
            name="occlusion",
            sentence="A black square covers a part of the ink.",
            unit="pixels wide",
            sign=" px",
            amounts=(0, 2, 4, 6, 8, 10, 12, 14),
            reach=(0, 20, 0.5),
            change=_occlude,
        ),
        Corruption(
            name="contrast",
            sentence="White and black both fade to grey.",
            unit="% lost",
            sign="%",
            amounts=(0, 20, 40, 60, 70, 80, 90, 95),
            reach=(0, 100, 2),
            change=_flatten,
        ),
    )
}
