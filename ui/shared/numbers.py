"""Numbers on a page: powers of ten, and small tables with each number on the colour of its value."""

from __future__ import annotations

from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from mnist_core.figures.diverging import colour
from mnist_core.formatting import signed

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def short(value: float) -> str:
    """Write a positive number of any size in few digits: 0.0123, 34,012 or 1.04 × 10⁻⁸."""
    if value == 0 or 0.001 <= value < 10:
        return f"{value:.4f}"
    if 10 <= value < 1e6:
        return f"{value:,.0f}"
    power = floor(log10(value))
    return f"{value / 10.0**power:.2f} × 10{str(power).translate(_RAISED)}"


def table_html(values: NDArray[np.floating], limit: float, title: str, decimals: int = 2) -> str:
    """Return a table of numbers (k, k) to so many decimals; the colours run from -limit to limit."""
    side = 42 if len(values) <= 3 else 26
    rows = ""
    for line, shades in zip(values, colour(values, limit), strict=True):
        cells = "".join(
            _cell_html(signed(value, decimals), shade, side) for value, shade in zip(line, shades, strict=True)
        )
        rows += f"<tr>{cells}</tr>"
    return (
        f'<figure style="margin:0"><figcaption style="font-size:.8rem;opacity:.75">{title}</figcaption>'
        f'<table class="numbers" style="border-collapse:collapse;margin:0">{rows}</table></figure>'
    )


def ink_on(shade: NDArray[np.uint8]) -> str:
    """Return black or white, whichever has more contrast with a colour (3,), by WCAG 2.1's relative luminance."""
    parts = shade / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return "#000" if linear @ (0.2126, 0.7152, 0.0722) > 0.179 else "#fff"


def _cell_html(text: str, shade: NDArray[np.uint8], side: int) -> str:
    return (
        f'<td style="width:{side}px;min-width:{side}px;height:26px;padding:0;text-align:center;border:1px solid #444;'
        f'font-size:{12 if side > 30 else 9.5}px;color:{ink_on(shade)};background:rgb({",".join(map(str, shade))})">'
        f"{text}</td>"
    )
