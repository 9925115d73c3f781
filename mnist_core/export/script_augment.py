"""The augmentation of a script: `mnist_core.data.augment` told again in few lines, of the parts that a run uses.

It draws the same random numbers in the same order, so its images are the same up to rounding. What is short here is
slow elsewhere: other handwriting is drawn image by image, with points as complex numbers.
"""

from __future__ import annotations

from mnist_core.config import TrainConfig


def augment_functions(config: TrainConfig) -> list[str]:
    """Return the lines of `augment(images, labels, random)` and of what it calls, each after two empty ones."""
    bends = any((config.shift, config.rotation, config.scaling, config.shear, config.elastic))
    return [
        *(_WRITE_OTHERWISE.split("\n") if config.pen_variants else []),
        "",
        "",
        "def augment(images, labels, random):  # images: (count, 1, 28, 28) in [0, 1], changed anew each time",
        *(_pen(config) if config.pen_variants else []),
        *(_bend(config) if bends else []),
        *(_thicken(config) if config.thickness else []),
        *(_noise(config) if config.noise else []),
        "    return images",
    ]


def grid(config: TrainConfig) -> list[str]:
    """Return the line that makes the pixels' places, if the augmentation needs them."""
    if any((config.shift, config.rotation, config.scaling, config.shear, config.elastic, config.pen_variants)):
        return [
            'GRID = torch.complex(*torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="xy"))  # x + iy'
        ]
    return []


_WRITE_OTHERWISE = """

def write_otherwise(ink, digit, a, b, c, d):
    \"\"\"Add a flag or a base to a 1, a bar to a 7, a hook to a 9, as many people write them; a point is x + iy.\"\"\"
    top, *_, low = torch.nonzero(ink.amax(1) > 0.4).squeeze(1).tolist()
    middles = torch.where(ink.sum(1) > 0, ink @ torch.arange(28.0) / ink.sum(1), 13.5).tolist()
    head, waist, foot = (complex(middles[round(y)], y) for y in (top, top + (0.4 + 0.25 * a) * (low - top), low))
    flag = head + 1j, head + 1j - (3 + 9 * a) * np.exp(-1j * (0.5 + 0.75 * b))
    base = foot - 0.5j - 2.5 - 3 * c, foot - 0.5j + 2.5 + 3 * c
    center, half = waist + 2 * b - 1, (3 + 3 * c) * complex(1, 0.8 * d - 0.4)
    turn = foot - 1j - complex(1.5 + 3 * a, -1.5 * b)
    hook = (foot - 1j, turn), (turn, foot - 1j - (3 + 6 * a) * complex(1, c / 2))
    for start, end in {1: [flag] * (d < 0.9) + [base] * (d > 0.6), 7: [(center - half, center + half)], 9: hook}[digit]:
        along = ((GRID - start) * (end - start).conjugate()).real / abs(end - start) ** 2
        ink = ink.maximum(((1.45 - (GRID - start - along.clamp(0, 1) * (end - start)).abs()) / 0.5).clamp(0, 1))
    return ink"""


def _pen(config: TrainConfig) -> list[str]:
    return [
        "    for image, digit, amounts in zip(images, labels.tolist(), torch.rand(len(images), 6, generator=random)"
        ".tolist()):",
        f"        if digit in (1, 7, 9) and amounts[0] < {config.pen_variants}:",
        "            image[0] = write_otherwise(image[0], digit, *amounts[1:5])",
    ]


def _bend(config: TrainConfig) -> list[str]:
    lines = [
        "    r = torch.rand(6, len(images), 1, 1, generator=random) * 2 - 1",
        f"    slant, angle = r[1] * np.deg2rad({config.shear}), r[0] * np.deg2rad({config.rotation})",
        "    z = (GRID - 13.5 - 13.5j) / 14  # in halves of an image's side, from its middle",
        "    z = (z + slant.tan() * z.imag) * torch.exp(1j * angle)",
        f"    x, y = z.real / (1 + {config.scaling} * r[2]), z.imag / (1 + {config.scaling} * r[3])",
        f"    grid = torch.stack([x, y], -1) + {config.shift} / 14 * r[4:].reshape(-1, 1, 1, 2)",
    ]
    if config.elastic:
        lines += [
            f"    field = torch.randn(len(images), 2, 5, 5, generator=random) * {config.elastic} / 14  # elastic",
            '    grid = grid + F.interpolate(field, size=28, mode="bicubic", align_corners=True).permute(0, 2, 3, 1)',
        ]
    return [*lines, "    images = F.grid_sample(images, grid, align_corners=False)"]


def _thicken(config: TrainConfig) -> list[str]:
    return [
        "    amount, steeper = 2 * torch.rand(2, len(images), 1, 1, 1, generator=random) - 1  # thinner or thicker",
        "    changed = amount.sign() * F.max_pool2d(amount.sign() * images, 3, stride=1, padding=1)",
        f"    images = torch.lerp(images, changed, {config.thickness} * amount.abs())",
        "    images = ((images - 0.5) * (1.5 + steeper / 2) + 0.5).clamp(0, 1)",
    ]


def _noise(config: TrainConfig) -> list[str]:
    return [
        f"    spread = {config.noise} * torch.rand(len(images), 1, 1, 1, generator=random)",
        "    images = (images + spread * torch.randn(images.shape, generator=random)).clamp(0, 1)",
    ]
