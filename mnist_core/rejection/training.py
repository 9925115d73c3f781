"""Train a small network to tell digits from outliers: MNIST's digits against drawings that are none.

The network has ten logits, as any here. An eleventh, for "no digit", is fixed at 0, and all are trained by
cross-entropy. The log-odds of "one of the ten digits" against "none" are then log(sum(exp(logits))).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import Mnist, split
from mnist_core.drawing.lines import Lines
from mnist_core.drawing.pen import crop
from mnist_core.drawing.preprocess import from_ink
from mnist_core.habits.catalogue import HABITS, draw
from mnist_core.habits.zero_to_four import corner_of_four
from mnist_core.model.network import DigitNet
from mnist_core.presets import preset
from mnist_core.rejection import outliers
from mnist_core.schedule import learning_rate
from mnist_core.storage.png import to_grey
from mnist_core.training.step import TrainedNetwork
from mnist_core.training.totals import RunningTotals

CONFIG = preset("best").replace(
    filters=(24, 48, 96),
    kernel_sizes=(3, 3, 3),
    convolutions_per_stage=1,
    pooling="stride",
    dense=(),
    dropout=0.0,
    epochs=10,
    precision="float32",
    scaling=0.3,
    noise=0.0,
)
"""Small, with digits wider and narrower than usual, since on a canvas a 0 is drawn as wide as high, and without noise,
of which a drawing has none."""
NONE = 10
"""The label of what is no digit."""
REDRAWN = 15_000
"""Digits that are shown as they are and with the canvas's pen, too: outliers all have that pen, and a network that had
seen no digit with it would tell pens apart. Of digits drawn on a tablet it refused 7 % so, at 1 % of MNIST's."""
SCRIBBLES, SHAPES = 3_000, 500
"""Drawings of each random kind, and of each shape."""
EACH_HABIT = 600
"""Digits written with each habit that MNIST's writers lack (`habits`)."""
NEIGHBOURS, CORNERS = 8_000, 1_500
"""Pairs of digits side by side, and first strokes of a 4: neither is one digit. The segmentation asks this network
which strokes belong together."""


class Progress(NamedTuple):
    """Where the training is after an epoch."""

    epoch: int
    loss: float
    """Mean cross-entropy of the epoch, in nats."""
    network: DigitNet
    """As it would be used now."""


def examples(data: Mnist) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return images (N, 28, 28) to learn from and their labels (N,): MNIST's training digits, habits, and outliers."""
    learned, _ = split(CONFIG)
    again = learned[:REDRAWN]
    random = np.random.default_rng(3)
    habits = [draw(habit, random) for habit in HABITS for _ in range(EACH_HABIT)]
    digits = np.concatenate([data.train_images[learned], redraw(data.train_images[again]), to_grey(np.stack(habits))])
    labels = [data.train_labels[learned], data.train_labels[again], np.repeat([h.digit for h in HABITS], EACH_HABIT)]
    drawings = draw_outliers(
        {name: SCRIBBLES if name in outliers.RANDOM else SHAPES for name in outliers.LEARNED}, np.random.default_rng(0)
    )
    pairs = draw_neighbours(data.train_images[learned], NEIGHBOURS, random)
    corners = outliers.draw_doodles(_corner, CORNERS, random)
    none = np.full(len(drawings) + NEIGHBOURS + CORNERS, NONE)
    return np.concatenate([digits, drawings, pairs, corners]), np.concatenate([*labels, none]).astype(np.int64)


def _corner(random: np.random.Generator) -> Lines:
    return [corner_of_four(random.uniform(0.3, 0.6), random)]


def draw_outliers(counts: Mapping[str, int], random: np.random.Generator) -> NDArray[np.uint8]:
    """Return so many drawings, (N, 28, 28), of each of these kinds for learning."""
    return np.concatenate([outliers.draw_doodles(outliers.LEARNED[kind], n, random) for kind, n in counts.items()])


def learn(images: NDArray[np.uint8], labels: NDArray[np.int64], config: TrainConfig = CONFIG) -> Iterator[Progress]:
    """Train on images (N, 28, 28) with labels (N,), 0 to 9 or NONE; yield after each epoch. Equal calls, equal weights.

    Of `config`, the sizes of the training and of the validation set are not read.
    """
    given, wanted = torch.from_numpy(images), torch.from_numpy(labels)
    network, totals = TrainedNetwork(config, torch.device("cpu")), RunningTotals()
    network.forward = nn.Sequential(network.forward, nn.ConstantPad1d((0, 1), 0.0))
    random = torch.Generator().manual_seed(config.shuffle_seed)
    steps = config.epochs * math.ceil(len(images) / config.batch_size)
    step = 0
    for epoch in range(1, config.epochs + 1):
        network.trained.train()
        for batch in torch.randperm(len(images), generator=random).split(config.batch_size):
            rate = learning_rate(config, step, steps)
            step += 1
            network.step(given[batch], wanted[batch], step, rate, random, totals)
        total = totals.take()
        yield Progress(epoch, total.loss / total.count, network.model.eval())


def redraw(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return digits (N, 28, 28) as they would be if they were drawn on the canvas: with its pen's contours."""
    return to_grey(np.stack([_enlarge_and_redraw(image) for image in images]))


def draw_neighbours(images: NDArray[np.uint8], count: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return `count` pairs of these digits, (N, 28, 28), side by side, drawn as one on the canvas: (count, 28, 28)."""
    drawn = []
    for left, right in random.integers(0, len(images), (count, 2)):
        one, other = crop(images[left]), crop(images[right])
        gap, shift = int(random.integers(0, 9)), int(random.integers(-3, 4))
        page = np.zeros((32, one.shape[1] + gap + other.shape[1]), np.uint8)
        page[4 : 4 + one.shape[0], : one.shape[1]] = one
        top = 4 + (one.shape[0] - other.shape[0]) // 2 + shift
        top = min(max(top, 0), 32 - other.shape[0])
        page[top : top + other.shape[0], one.shape[1] + gap :] = other
        drawn.append(_enlarge_and_redraw(page))
    return to_grey(np.stack(drawn))


def _enlarge_and_redraw(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    size = (4 * image.shape[1], 4 * image.shape[0])
    large = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC), np.float32) / 255
    return from_ink(np.where(large < 0.3, 0, large))
