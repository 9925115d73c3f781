"""Images that occur twice, to the last pixel or nearly. numpy alone."""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mnist_core.storage.png import to_brightness

_CHUNK = 1000
"""Rows compared at once with all others: 28 MB for the 7,000 images of a digit."""


def equal_images(images: NDArray[np.uint8]) -> list[list[int]]:
    """Return the groups of two and more images (N, 28, 28) that are equal in every pixel, each as rising indices."""
    groups: defaultdict[bytes, list[int]] = defaultdict(list)
    for index, image in enumerate(images):
        groups[blake2b(image.tobytes(), digest_size=16).digest()].append(index)
    return [group for group in groups.values() if len(group) > 1]


def nearest_pairs(images: NDArray[np.uint8], count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the `count` pairs of images (N, 28, 28) that differ least, the nearest first: (count, 2) and (count,).

    The distance is Euclidean over the 784 pixels in [0, 1]. All N (N - 1) / 2 pairs are compared, by matrix products in
    float32; the distances of those kept are then computed exactly, so that equal images are 0 apart.
    """
    rows = to_brightness(images.reshape(len(images), -1))
    squares = np.einsum("ij,ij->i", rows, rows)
    pairs: list[NDArray[np.int64]] = []
    near: list[NDArray[np.float32]] = []
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        apart = squares[start : start + _CHUNK, None] + squares - 2 * (chunk @ rows.T)
        apart[np.tri(len(chunk), len(rows), k=start, dtype=bool)] = np.inf  # each pair once, and no image with itself
        kept = np.argpartition(apart, min(count, apart.size - 1), axis=None)[:count]
        first, second = np.unravel_index(kept, apart.shape)
        pairs.append(np.stack([first + start, second], axis=1))
        near.append(apart.ravel()[kept])
    every, rough = np.concatenate(pairs), np.concatenate(near)
    best = every[np.argsort(rough, kind="stable")[: min(count, len(rows) * (len(rows) - 1) // 2)]]
    differences = images[best[:, 0]].astype(np.int64) - images[best[:, 1]]
    exact = np.sqrt((differences**2).sum((1, 2))) / 255
    order = np.argsort(exact, kind="stable")
    return best[order], exact[order]
