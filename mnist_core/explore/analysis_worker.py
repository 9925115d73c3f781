"""The process that computes one analysis: python -m mnist_core.explore.analysis_worker FOLDER [--checkpoint FILE]

`mnist_core.explore.analyses` lists the arrays that it computes. It uses one core and gives way to trainings.
"""

from __future__ import annotations

import argparse
import os
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mnist_core.data.mnist import Mnist, load_mnist
from mnist_core.errors import DigitLabError
from mnist_core.evaluation.predictions import Outputs
from mnist_core.explore import duplicates, projections, two_sample_test, typicality
from mnist_core.explore.analyses import PAIRS, PIXELS, AnalysisFolder, Progress, map_indices
from mnist_core.explore.features import penultimate
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.network import DigitNet
from mnist_core.priority import give_way
from mnist_core.storage.atomic import sha256
from mnist_core.storage.png import to_brightness

_EVERY = 0.3
"""Seconds between reports."""

Stage = tuple[str, float, dict[str, Any]]
"""What is being done, the share of all that is done, and the arrays just found."""


def analyse_pixels(data: Mnist) -> Iterator[Stage]:
    """Find all that needs no network; yields after each stage."""
    yield "comparing training and test images", 0.0, {}
    found = two_sample_test.compare(data.train_images, data.test_images)
    half = np.random.default_rng(0).permutation(len(data.train_images))[: 2 * len(data.test_images)]
    middle = len(half) // 2
    halves = two_sample_test.compare(data.train_images[half[:middle]], data.train_images[half[middle:]])
    yield (
        "drawing the first map",
        0.05,
        {
            "split_correct": found.correct,
            "split_count": found.count,
            "halves_correct": halves.correct,
            "halves_count": halves.count,
        },
    )
    chosen = map_indices(len(data.train_images))
    rows = to_brightness(data.train_images[chosen].reshape(len(chosen), -1))
    first = projections.pca(rows)
    yield "looking for equal images", 0.1, {"pca": first.points, "pca_shares": first.shares}
    images = np.concatenate([data.train_images, data.test_images])
    labels = np.concatenate([data.train_labels, data.test_labels])
    yield "looking for nearly equal images", 0.12, {"equal": len(duplicates.equal_images(images))}
    pairs, apart = [], []
    for digit in np.unique(labels):
        members = np.flatnonzero(labels == digit)
        near, distances = duplicates.nearest_pairs(images[members], PAIRS)
        pairs.append(members[near])
        apart.append(distances)
        yield f"looking for nearly equal images, {digit} is done", 0.12 + 0.03 * (digit + 1), {}
    yield (
        "drawing the map by t-SNE, half a minute or so",
        0.45,
        {"pairs": np.concatenate(pairs), "pair_distances": np.concatenate(apart)},
    )
    yield "done", 1.0, {"tsne": projections.tsne(rows)}


def analyse_network(model: DigitNet, data: Mnist) -> Iterator[Stage]:
    """Find what a network makes of all images; yields after each stage and while it reads."""
    count = len(data.train_images) + len(data.test_images)
    features, reading = [], 0
    for images in (data.train_images, data.test_images):
        for start in range(0, len(images), 5000):
            found, logits = penultimate(model, images[start : start + 5000])
            features.append((found, logits))
            reading += len(found)
            yield f"the network reads image {reading:,} of {count:,}", 0.6 * reading / count, {}
    rows = np.concatenate([found for found, _ in features])
    outputs = Outputs(np.concatenate([logits for _, logits in features])[: len(data.train_images)])
    labels = np.concatenate([data.train_labels, data.test_labels])
    means = typicality.class_means(rows[: len(data.train_images)], data.train_labels)
    chosen = map_indices(len(data.train_images))
    first = projections.pca(rows[chosen])
    yield (
        "drawing the map by t-SNE, half a minute or so",
        0.6,
        {
            "distances": typicality.distances(rows, labels, means),
            "read": outputs.predicted.astype(np.uint8),
            "confidence": outputs.confidence.astype(np.float32),
            "pca": first.points,
            "pca_shares": first.shares,
        },
    )
    yield "done", 1.0, {"tsne": projections.tsne(rows[chosen])}


def record(analyses: AnalysisFolder, key: str, stages: Iterator[Stage], parent: int | None = None) -> None:
    """Keep what each stage finds, and report how far the analysis is; a failure is reported as a sentence.

    With the process id of a `parent`, it ends after the stage during which that one has gone.
    """
    found: dict[str, NDArray[Any]] = {}
    reported = 0.0
    try:
        for doing, share, news in stages:
            if news:
                found |= {name: np.asarray(value) for name, value in news.items()}
                analyses.keep(key, found)
            if news or time.monotonic() - reported > _EVERY:
                analyses.report(key, Progress(doing, share))
                reported = time.monotonic()
            if parent is not None and os.getppid() != parent:
                return
    except MemoryError:
        analyses.report(key, Progress(failed="The machine's memory is full: end other programs, then try again."))
    except DigitLabError as error:
        analyses.report(key, Progress(failed=error.sentence))
    except Exception:
        traceback.print_exc()
        analyses.report(key, Progress(failed="The calculation broke off; the server's terminal has the details."))


def _of_checkpoint(path: Path, key: str | None, data: Mnist) -> Iterator[Stage]:
    yield "opening the network", 0.0, {}
    model, _ = load_checkpoint(path)
    if key and sha256(path) != key:
        raise DigitLabError(f"the network's file {path.name} has changed meanwhile: try again")
    yield from analyse_network(model, data)


def main() -> None:
    """Analyse the pixels of MNIST, or the network in the checkpoint named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m mnist_core.explore.analysis_worker", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of analyses")
    parser.add_argument("--checkpoint", type=Path, help="the network to analyse; without it, the pixels")
    parser.add_argument("--key", help="the SHA-256 that the checkpoint should have, and the analysis's name")
    parser.add_argument("--images", type=int, default=60_000, help="of each part, so many images at most")
    parser.add_argument("--parent", type=int, help="the process that wants it: when that one has gone, so does this")
    arguments = parser.parse_args()
    give_way()
    torch.set_num_threads(1)
    whole, most = load_mnist(), arguments.images
    data = Mnist(
        whole.train_images[:most], whole.train_labels[:most], whole.test_images[:most], whole.test_labels[:most]
    )
    analyses = AnalysisFolder(arguments.folder)
    if arguments.checkpoint:
        key = arguments.key or sha256(arguments.checkpoint)
        record(analyses, key, _of_checkpoint(arguments.checkpoint, arguments.key, data), arguments.parent)
    else:
        record(analyses, PIXELS, analyse_pixels(data), arguments.parent)


if __name__ == "__main__":
    main()
