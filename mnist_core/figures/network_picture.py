"""The picture of a network of dense layers: its units and the connections that one digit uses, as SVG. No plotly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.figures.diverging import ABOVE, BELOW, colour, largest

WIDTH, HEIGHT = 760, 430
_IMAGE = 150
_LEFT, _RIGHT = 230, WIDTH - 70
_RADIUS = 9
CONNECTIONS = 90
"""Connections drawn between two layers: more would hide which of them matter."""


def network_picture(image_url: str, image: NDArray[np.floating], layers: Sequence[Layer], answer: int) -> str:
    """Return an SVG of a digit on the left, the layers' units in columns, and the strongest connections between them.

    A connection is as strong as what it carries: the value that comes in times its weight. Orange speaks for the unit
    that it leads to, blue against.

    Args:
        image_url: of the digit.
        image: (28, 28) in [0, 1].
        layers: each layer's weights and values, the ten outputs last.
        answer: the digit that the network reads.
    """
    columns = np.linspace(_LEFT, _RIGHT, len(layers))
    top = (HEIGHT - _IMAGE) / 2
    lit = np.argwhere(image > 0.5)
    lit = lit[:: max(1, len(lit) // 40)]
    places = [(10 + (x + 0.5) * _IMAGE / 28, top + (y + 0.5) * _IMAGE / 28) for y, x in lit]
    before = image.reshape(-1)[lit[:, 0] * 28 + lit[:, 1]]
    chosen = lit[:, 0] * 28 + lit[:, 1]
    parts = []
    for x, (weights, values) in zip(columns, layers, strict=True):
        here = [(float(x), float(y)) for y in np.linspace(26, HEIGHT - 26, len(values))]
        parts.append(_connections(places, here, weights[:, chosen] * before))
        places, before, chosen = here, values, np.arange(len(values))
    units = "".join(
        _units(x, values, answer if number == len(layers) - 1 else None)
        for number, (x, (_, values)) in enumerate(zip(columns, layers, strict=True))
    )
    return svg(
        f"0 0 {WIDTH} {HEIGHT}",
        f'<image href="{image_url}" x="10" y="{top}" width="{_IMAGE}" height="{_IMAGE}" '
        f'style="image-rendering:pixelated"/>{"".join(parts)}{units}',
    )


def svg(box: str, drawn: str) -> str:
    """Return an SVG file of what is `drawn`; its text is dark, or light where the browser prefers dark pages.

    A picture in a page has no part in the page's colours.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif"><style>svg{{color:#31333f}}'
        f"@media(prefers-color-scheme:dark){{svg{{color:#fafafa}}}}</style>{drawn}</svg>"
    )


Layer = tuple[NDArray[np.floating], NDArray[np.floating]]
"""Weights (units, inputs), and the values (units,) that the layer puts out."""


def _connections(
    start: Sequence[tuple[float, float]], end: Sequence[tuple[float, float]], carried: NDArray[np.floating]
) -> str:
    """Return the lines that carry most; `carried` is (units, inputs)."""
    limit = largest(carried)
    strongest = np.argsort(np.abs(carried), axis=None)[::-1][:CONNECTIONS]
    lines = []
    for unit, source in zip(*np.unravel_index(strongest, carried.shape), strict=True):
        value = carried[unit, source]
        strength = abs(value) / limit
        if strength < 0.05:
            break
        tint = ABOVE if value > 0 else BELOW
        (x1, y1), (x2, y2) = start[source], end[unit]
        lines.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{tint}" '
            f'stroke-width="{0.4 + 2.6 * strength:.2f}" stroke-opacity="{0.15 + 0.75 * strength:.2f}"/>'
        )
    return "".join(lines)


def _units(x: float, values: NDArray[np.floating], answer: int | None) -> str:
    """Return the units of a layer; those of the output bear their digits, the answer's in bold."""
    shades = colour(values, largest(values))
    drawn = []
    for unit, (y, shade) in enumerate(zip(np.linspace(26, HEIGHT - 26, len(values)), shades, strict=True)):
        fill = ",".join(map(str, shade))
        drawn.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="rgb({fill})" stroke="currentColor" '
            f'stroke-opacity=".5"><title>{values[unit]:.2f}</title></circle>'
        )
        if answer is not None:
            weight, size = (800, 24) if unit == answer else (400, 15)
            drawn.append(
                f'<text x="{x + 20:.1f}" y="{y:.1f}" dominant-baseline="central" font-size="{size}" '
                f'font-weight="{weight}" fill="currentColor">{unit}</text>'
            )
    return "".join(drawn)
