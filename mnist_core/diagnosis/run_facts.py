"""RunFacts: the numbers of a run that decide its diagnosis. No torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil

from mnist_core.architecture import CLASSES
from mnist_core.config import TEST_IMAGES, TrainConfig
from mnist_core.evaluation.intervals import wilson
from mnist_core.events import Step, Stopped
from mnist_core.history import History
from mnist_core.schedule import factor_at

GAP = 0.01
"""The smallest difference between training accuracy and accuracy on unseen images that counts: one more mistake in a
hundred digits. It must also be more than chance: the training accuracy lies above the other one's 95 % interval."""
FALLING = 0.1
"""The loss is still falling if it is lower in the last fifth of the run than in the fifth before, by more than this
share. The part of the loss that label smoothing adds (`least_loss`) cannot fall and is not counted. A mean over 2,000
images is uncertain by about 3 %. The loss of networks that had learned nearly all they could still fell by 4 % (the
preset 'underfit') and by 9 % (one filter)."""
FALLING_WHILE_SLOWED = 0.2
"""The same share from the middle fifth to the last, for a schedule that lowers the learning rate towards the end."""
FEWEST_STEPS = 200
"""After fewer steps nothing is concluded from the fall of the loss."""
_LEAST = 1e-9  # keeps the share of a loss that has become zero defined


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFacts:
    """What a run's curves say so far, in numbers."""

    losses: list[float]
    """Mean training loss in each of ten equal parts of the run so far."""
    highest_loss: float
    """The highest training loss that was reported."""
    training_accuracy: float
    """Accuracy on training images, in the last of the ten parts."""
    unseen_accuracy: float | None
    """Accuracy on images that the network has not learned from: validation images, else test images; None where it was
    not measured."""
    best_unseen_accuracy: float
    """The best validation accuracy that was reported."""
    unseen_count: int
    """How many images `unseen_accuracy` was measured on."""
    unseen_name: str
    """What those images are called: "validation" or "test"."""
    stopped_early: bool
    """Whether it ended before its last step: somebody stopped it, or its limit in seconds did."""
    time_limit: int
    """The limit in seconds that did; 0 where none did."""
    stopped_before_rate_fell: bool
    """Whether it ended so before its schedule had lowered the learning rate: the loss falls most at the end."""
    is_loss_falling: bool
    """Whether the loss is still falling (`FALLING`), or nobody can tell yet."""
    loss_fall: float
    """The share by which the loss fell from the last fifth but one to the last; 0 if nobody can tell (`FALLING`)."""
    last_rate: float
    """The learning rate of the last step."""
    factor: float
    """What somebody multiplied the learning rate by, as of the last step; 1: nobody changed it."""
    factor_midway: float
    """The same in the middle of the run so far: to lower the rate at the end of a run is no mistake."""
    factor_at_highest_loss: float
    """The same when the highest loss was reported."""
    steps: int
    """Steps so far."""

    @classmethod
    def of(cls, history: History, config: TrainConfig) -> RunFacts:
        """Return the facts of a history that has at least one step report."""
        unseen, count, name = history.validation_accuracy, config.validation_size, "validation"
        if not count:
            unseen = None
        if unseen is None and history.test_accuracy is not None:
            unseen, count, name = history.test_accuracy, TEST_IMAGES, "test"
        parts = _parts(history.steps)
        losses = [_mean(part, "loss") for part in parts]
        time_limit = history.time_limit or 0
        stopped_early = bool(time_limit) or (isinstance(history.end, Stopped) and history.progress < 1)
        stopped_before_rate_fell = stopped_early and config.schedule != "constant"
        fall, falling = 0.0, True
        if _longest(history.steps) <= history.step / 5 and history.step >= FEWEST_STEPS:
            avoidable = [loss - least_loss(config.label_smoothing) for loss in losses]
            fall = 1 - sum(avoidable[8:]) / max(sum(avoidable[6:8]), _LEAST)
            slowed = 1 - sum(avoidable[8:]) / max(sum(avoidable[4:6]), _LEAST)
            slowing = config.schedule != "constant" and slowed > FALLING_WHILE_SLOWED
            falling = stopped_before_rate_fell or slowing or fall > FALLING
        changes = [(change.step, change.factor) for change in history.rate_changes]
        worst = max(history.steps, key=lambda step: step.loss)
        return cls(
            losses=losses,
            highest_loss=worst.loss,
            training_accuracy=_mean(parts[-1], "accuracy"),
            unseen_accuracy=unseen,
            best_unseen_accuracy=max((v.accuracy for v in history.validations), default=unseen or 0.0),
            unseen_count=count,
            unseen_name=name,
            stopped_early=stopped_early,
            time_limit=time_limit,
            stopped_before_rate_fell=stopped_before_rate_fell,
            is_loss_falling=falling,
            loss_fall=fall,
            last_rate=history.steps[-1].learning_rate,
            factor=factor_at(changes, history.step),
            factor_midway=factor_at(changes, history.step // 2),
            factor_at_highest_loss=factor_at(changes, worst.step - 1),
            steps=history.step,
        )

    @property
    def gap(self) -> float:
        """Training accuracy less accuracy on unseen images."""
        return self.training_accuracy - (self.unseen_accuracy or 0.0)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of `unseen_accuracy`, which must be known."""
        assert self.unseen_accuracy is not None
        return wilson(round(self.unseen_accuracy * self.unseen_count), self.unseen_count)

    @property
    def gap_is_real(self) -> bool:
        """Whether the gap is large enough to count (`GAP`), and more than chance."""
        return self.unseen_accuracy is not None and self.gap >= GAP and self.training_accuracy > self.interval[1]

    def describe(self) -> str:
        """Return both accuracies in a sentence."""
        text = f"It reads {self.training_accuracy:.1%} of the training images right"
        if self.unseen_accuracy is None:
            return f"{text}."
        return f"{text} and {self.unseen_accuracy:.1%} of the {self.unseen_name} images."


def least_loss(smoothing: float) -> float:
    """Return the smallest possible training loss with so much label smoothing: the entropy of the smoothed labels.

    Of ten digits the true one has 1 - smoothing + smoothing / 10, each other one smoothing / 10 (Szegedy et al. 2016).
    """
    other = smoothing / CLASSES
    true = 1 - smoothing + other
    return -sum(p * math.log(p) for p in (true, *[other] * (CLASSES - 1)) if p > 0)


def _longest(steps: Sequence[Step]) -> int:
    """Return over how many steps the longest report goes."""
    return max(now - before for before, now in pairwise([0, *(step.step for step in steps)]))


def _parts(steps: Sequence[Step]) -> list[list[tuple[float, Step]]]:
    """Return the reports on each of ten parts with equally many steps, each with how many of the part's steps it tells.

    Reports come by the clock: on a busy machine, some tell of many steps and some of few.
    """
    told = [
        now
        for before, now in zip(accumulate((step.step for step in steps), max, initial=0), steps, strict=False)
        if now.step > before
    ]  # an imported record may count otherwise
    if not told:
        return [[(1.0, steps[-1])]] * 10
    length = told[-1].step / 10
    parts: list[list[tuple[float, Step]]] = [[] for _ in range(10)]
    before = 0
    for now in told:
        for i in range(int(before / length), min(10, ceil(now.step / length))):
            share = min(now.step, (i + 1) * length) - max(before, i * length)
            if share > 0:
                parts[i].append((share, now))
        before = now.step
    return parts


def _mean(part: list[tuple[float, Step]], name: str) -> float:
    return sum(weight * getattr(step, name) for weight, step in part) / sum(weight for weight, _ in part)
