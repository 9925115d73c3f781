"""What is worked out by hand in lessons 9 and 10: places of an image and a filter, and images that are in doubt.

Torch is imported when a place is looked for, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mnist_core.explain.convolution import PixelSum
    from mnist_core.model.network import DigitNet

FEWEST_INK, MOST_INK = 3, 4
"""Products of a place that are not 0: more would be a labour."""
_LEAST_SUM = 0.2
"""A sum nearer to 0 would be guessed."""
DECIMALS = 3
"""How many of a grey value and of a weight are shown: nine products of rounded numbers then add up to within 0.01."""

CONVOLUTION_IMAGES = (4, 15, 23, 27)
"""Test images on which sums are worked out, by how often the lesson has been done: a 4, a 5, a 5 and a 4."""
DOUBTFUL_IMAGES = (447, 716, 1153, 2241)
"""Test images that the network `notebook` is not sure of."""


def convolution_places(model: DigitNet, image: NDArray[np.float32], turn: int) -> tuple[PixelSum, PixelSum]:
    """Return two places of an image under filters of the first layer, each a sum of three or four products.

    Args:
        model: a network that begins with a convolution.
        image: (28, 28) float in [0, 1].
        turn: another number gives other places.

    Raises:
        ValueError: the image has no two such places.
    """
    from mnist_core.explain.convolution import pixel_sum  # torch, which no lesson needs before

    layer = model.layers[0]
    rows, columns = layer.output_shape[1:]
    order = np.random.default_rng(turn).permutation(layer.output_shape[0] * rows * columns)
    found: list[PixelSum] = []
    for place in order:
        channel, rest = divmod(int(place), rows * columns)
        made = pixel_sum(model, layer.name, image[None], channel, *divmod(rest, columns))
        if FEWEST_INK <= np.count_nonzero(made.patch) <= MOST_INK and abs(made.total) >= _LEAST_SUM:
            found.append(made)
        if len(found) == 2:
            return found[0], found[1]
    raise ValueError("expected an image with two places at the edge of its ink")
