"""Train the network `everyone`: `best` goes on learning, from MNIST, from a tablet's digits and from habits.

`best` shows what MNIST alone can teach. This one shows what it takes to read the people who draw on the board: data
from the same distribution. Every digit of the tablet is drawn several times on the canvas, each time by another hand
on another device, some with a habit added; every habit is drawn from nothing as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import Mnist, split
from mnist_core.drawing.hand import by_hand
from mnist_core.drawing.lines import Lines
from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import DrawingError
from mnist_core.habits.additions import add_habit
from mnist_core.habits.catalogue import HABITS, Habit
from mnist_core.habits.devices import Device, trace
from mnist_core.handwriting.unipen import PenDigit
from mnist_core.model.network import DigitNet, build_model
from mnist_core.presets import preset
from mnist_core.schedule import learning_rate
from mnist_core.storage.png import to_grey
from mnist_core.training.step import TrainedNetwork
from mnist_core.training.totals import RunningTotals

CONFIG = preset("best").replace(learning_rate=1.5e-3, epochs=5, weight_averaging=0.995, precision="bfloat16")
MNIST_AN_EPOCH = 25_000
"""Training images of MNIST in an epoch, others in each."""
REDRAWN = 2
"""How often a digit of the tablet is drawn on the canvas."""
EACH_HABIT = 200
"""Digits drawn from nothing with each habit."""
MEASURED = 300
"""Drawings of each habit that was left out."""
TRAINED = 0.85
"""Of the way from the weights it began with to the trained ones (WiSE-FT, as `training.averaging`). A first training,
from half of the writers, read 98.85 % of MNIST's validation images at 1 and 99.10 % here, and as many habits; before it
99.35 %."""
WITH_HABIT = 0.3
"""Share of the tablet's digits to which a habit is added, where one suits them."""


FOLDS = 10
"""Of the cross-validation: the writers k, k + 10 and k + 20 are fold k."""


def leave_out(digits: Sequence[PenDigit], fold: int) -> tuple[list[PenDigit], list[PenDigit]]:
    """Return the digits of the writers who are not in a fold, from 1 to FOLDS, and those of the writers who are."""
    kept = [digit for digit in digits if digit.writer % FOLDS != fold % FOLDS]
    return kept, [digit for digit in digits if digit.writer % FOLDS == fold % FOLDS]


def hold_habits_apart(half: int) -> tuple[Sequence[Habit], Sequence[Habit]]:
    """Return the habits of one half of the list (the places 1, 3, ... for 1, or 2, 4, ... for 2), and the others."""
    return HABITS[half - 1 :: 2], HABITS[2 - half :: 2]


class Progress(NamedTuple):
    """Where the training is after an epoch."""

    epoch: int
    loss: float
    """Mean cross-entropy of the epoch, in nats."""
    network: DigitNet
    """As it would be used now."""


def redraw(
    digits: Sequence[PenDigit], random: Generator, *, with_habit: float = WITH_HABIT
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return digits of the tablet as other hands draw them on the canvas: images (N, 28, 28) and labels (N,).

    One that is left too small by its device is left out. A share `with_habit` of them gets a habit that suits it.
    """
    images, labels = [], []
    for digit in digits:
        lines: Lines = digit.lines()
        if random.uniform() < with_habit:
            lines = add_habit(digit.label, lines, random)
        try:
            images.append(from_strokes(_on_a_device(by_hand(lines, random), random)))
        except DrawingError:
            continue
        labels.append(digit.label)
    return to_grey(np.stack(images)), np.array(labels, np.uint8)


def draw_habits(
    count: int, random: Generator, habits: Sequence[Habit] = HABITS
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return `count` digits of each habit, drawn on the canvas: images (N, 28, 28) and labels (N,)."""
    images = [
        from_strokes(_on_a_device(by_hand(habit.lines(random), random), random))
        for habit in habits
        for _ in range(count)
    ]
    return to_grey(np.stack(images)), np.repeat(np.array([habit.digit for habit in habits], np.uint8), count)


def _on_a_device(strokes: list[Stroke], random: Generator) -> list[Stroke]:
    """Return the same drawing as half of all devices tell it; with the other half nothing is lost."""
    if random.uniform() < 0.5:
        return strokes
    device = Device(
        speed=random.uniform(0.7, 5),
        rate=random.choice([30.0, 60.0, 120.0, 240.0]),
        side=random.uniform(80, 300),
        tremble=random.choice([0.0, random.uniform(0, 0.02)]),
        wobble=random.choice([0.0, random.uniform(0, 0.025)]),
    )
    points = np.concatenate([stroke.points for stroke in strokes])
    corner, size = points.min(axis=0), 1.25 * np.ptp(points, axis=0).max()
    return trace([(stroke.points - corner) / size for stroke in strokes], device, random)


def learn(
    start: Mapping[str, Tensor],
    data: Mnist,
    digits: Sequence[PenDigit],
    config: TrainConfig = CONFIG,
    habits: Sequence[Habit] = HABITS,
) -> Iterator[Progress]:
    """Let a network go on learning; yield after each epoch. Equal calls give equal weights.

    Args:
        start: the weights to start from, by their names in the network.
        data: MNIST, of which the images are learned from that `config` does not hold back.
        digits: of the tablet; there may be none.
        config: the network and how it is trained; its `train_size` is that of the split, not of an epoch.
        habits: which to learn. If some are left out, none is added to the tablet's digits either: those look alike.
    """
    random = np.random.default_rng(config.shuffle_seed)
    with_habit = WITH_HABIT if len(habits) == len(HABITS) else 0.0
    drawn = [redraw(digits, random, with_habit=with_habit) for _ in range(REDRAWN if digits else 0)]
    drawn.append(draw_habits(EACH_HABIT, random, habits))
    drawn_images, drawn_labels = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    learned, _ = split(config)
    network, totals = TrainedNetwork(config, torch.device("cpu")), RunningTotals()
    network.trained.load_state_dict(start)
    draws = torch.Generator().manual_seed(config.shuffle_seed)
    each = min(MNIST_AN_EPOCH, len(learned))
    steps = config.epochs * math.ceil((each + len(drawn_images)) / config.batch_size)
    step = 0
    for epoch in range(1, config.epochs + 1):
        some = random.permutation(learned)[:each]
        images = torch.from_numpy(np.concatenate([data.train_images[some], drawn_images]))
        labels = torch.from_numpy(np.concatenate([data.train_labels[some], drawn_labels])).long()
        network.trained.train()
        torch.manual_seed(config.shuffle_seed * 1_000_003 + epoch)  # of dropout
        for batch in torch.randperm(len(images), generator=draws).split(config.batch_size):
            rate = learning_rate(config, step, steps)
            step += 1
            network.step(images[batch], labels[batch], step, rate, draws, totals)
        total = totals.take()
        yield Progress(epoch, total.loss / total.count, _between(start, network.model.eval()))


def _between(start: Mapping[str, Tensor], trained: DigitNet) -> DigitNet:
    """Return the network whose weights and statistics lie TRAINED of the way from `start` to `trained`."""
    mixed = build_model(trained.config)
    ends = trained.state_dict()
    mixed.load_state_dict(
        {name: torch.lerp(start[name], end, TRAINED) if end.is_floating_point() else end for name, end in ends.items()}
    )
    return mixed.eval()
