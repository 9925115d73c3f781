"""Test images that are hard to read, by a shipped network's certainty: to be watched while another one learns.

Nothing is chosen or measured by them; they are recorded once, by `python -m mnist_core hard-images`. No torch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import CheckpointError
from mnist_core.paths import CHECKPOINTS

FILE = CHECKPOINTS / "hard-images.json"
COUNT = 12
MOST_A_DIGIT = 2
"""Or half of them would be the same pair that is easily mixed up."""


@dataclass(frozen=True, slots=True)
class HardImage:
    """A test image that is hard to read."""

    index: int
    """Its place among the test images, from 0."""
    label: int
    probability: float
    """The probability that the network gives its true digit."""


def hardest(probabilities: NDArray[np.floating], labels: NDArray[np.uint8]) -> list[HardImage]:
    """Return the images that a network reads right with the least certainty, the least certain first.

    Images that it reads wrong are left out: nobody can read half of them, so no other network will learn to.

    Args:
        probabilities: (N, 10), of all test images.
        labels: (N,)
    """
    of_truth = probabilities[np.arange(len(labels)), labels]
    chosen: list[HardImage] = []
    for index in np.argsort(of_truth, kind="stable"):
        label = int(labels[index])
        if probabilities[index].argmax() != label or sum(one.label == label for one in chosen) == MOST_A_DIGIT:
            continue
        chosen.append(HardImage(int(index), label, round(float(of_truth[index]), 4)))
        if len(chosen) == COUNT:
            break
    return chosen


def to_json(images: list[HardImage], network: str, sha256: str) -> str:
    """Return the file's content: the images, and the network that they are hard for."""
    listed = [{"index": one.index, "label": one.label, "probability": one.probability} for one in images]
    return json.dumps({"network": network, "sha256": sha256, "images": listed}, indent=1) + "\n"


def recorded(path: str | Path = FILE) -> list[HardImage]:
    """Return the images that were recorded.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = Path(path)
    try:
        record = json.loads(path.read_text())
        return [HardImage(int(one["index"]), int(one["label"]), float(one["probability"])) for one in record["images"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{path.name} is missing or damaged: python -m mnist_core hard-images makes it anew"
        ) from error
