"""Which part of the image a pixel of a feature map can see: arithmetic on the table of layers, with no torch.

Method: Araujo, Norris, Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019, section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.architecture import Layer


@dataclass(frozen=True, slots=True)
class Field:
    """A rectangle of the image, first and last row and column included, counted from 0."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """Rows in it."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Columns in it."""
        return self.right - self.left + 1


def receptive_field(table: Sequence[Layer], name: str, row: int, column: int) -> Field:
    """Return the part of the image that the pixel (row, column) of layer `name`'s feature maps depends on.

    Padding is no part of the image: a pixel at the edge sees a smaller rectangle.

    Raises:
        ValueError: the layer has no feature maps, or no such pixel.
    """
    index = next(i for i, layer in enumerate(table) if layer.name == name)
    shape = table[index].output_shape
    if len(shape) != 3 or not (0 <= row < shape[1] and 0 <= column < shape[2]):
        raise ValueError(f"expected a pixel of a feature map, received ({row}, {column}) of {name} with shape {shape}")
    top, bottom = _through(table[: index + 1], row)
    left, right = _through(table[: index + 1], column)
    return Field(top, bottom, left, right)


def _through(table: Sequence[Layer], place: int) -> tuple[int, int]:
    """Follow one row (or column) back to the first and the last row of the image that it depends on."""
    first = last = place
    for layer in reversed(table):
        if layer.kernel_size:
            # Cut to the map at each layer: rows that a pooling left over are seen by nobody after it.
            first = max(first * layer.stride - layer.padding, 0)
            last = min(last * layer.stride - layer.padding + layer.kernel_size, layer.input_shape[1]) - 1
    return first, last
