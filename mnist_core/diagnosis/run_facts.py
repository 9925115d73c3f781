"""The numbers of a run that decide what is to be said of it. No torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.architecture import CLASSES
from mnist_core.config import TEST_IMAGES, TrainConfig
from mnist_core.evaluation.intervals import wilson
from mnist_core.events import Step, Stopped
from mnist_core.history import History
from mnist_core.schedule import factor_at

GAP = 0.01
"""A loss of accuracy on unseen images that matters: one more mistake in a hundred digits. It must also be larger than
chance makes it: the training accuracy lies above the 95 % interval of the other."""
FALLING = 0.1
"""The loss still falls if its last fifth is lower than the fifth before by this share, not counting the part of it that
label smoothing makes (`least_loss`), which cannot fall. A mean over 2,000 images is
uncertain by about 3 %, and networks that had learned nearly all they could still fell by 4 % (the preset 'underfit')
and by 9 % (one filter)."""
FALLING_WHILE_SLOWED = 0.2
"""The same from the middle fifth to the last, where the schedule slows the training down at the end."""
FEWEST_STEPS = 200
"""Of fewer steps nobody can say that the loss has stopped falling."""
_LEAST = 1e-9  # a loss that has become zero does not fall any more


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Where a run's curves lead, so far."""

    losses: list[float]
    """Training loss in ten equal parts of the run so far, or in fewer if there were fewer reports."""
    highest: float
    """The highest training loss that was reported."""
    trained: float
    """Accuracy on training images, at the end."""
    unseen: float | None
    """Accuracy on images it has not learned from, if it is known."""
    best_unseen: float
    """The best validation accuracy there was."""
    count: int
    """How many images `unseen` was measured on."""
    name: str
    """What those images are called."""
    cut_off: bool
    """Whether it was stopped before its end."""
    rate_would_fall: bool
    """Whether it was stopped before its schedule had lowered the learning rate: the loss falls most at the end."""
    falls: bool
    fell: float
    """By which share the loss fell from the last fifth but one to the last, 0 if that cannot be told (`FALLING`)."""
    last_rate: float
    """The learning rate of the last step."""
    factor: float
    """What the learning rate is multiplied by, by hand, at the end; 1: nobody changed it."""
    factor_midway: float
    """The same in the middle of the run so far: lowering the rate at the end of a run is no mistake."""
    factor_at_highest: float
    """The same when the highest loss was reported."""
    steps: int

    @classmethod
    def of(cls, history: History, config: TrainConfig) -> Outcome:
        """Read them off a history that has at least one step report."""
        unseen, count, name = history.validation_accuracy, config.validation_size, "validation"
        if not count:
            unseen = None
        if unseen is None and history.test_accuracy is not None:
            unseen, count, name = history.test_accuracy, TEST_IMAGES, "test"
        parts = _parts(history.steps)
        losses = [_mean(part, "loss") for part in parts]
        cut_off = isinstance(history.end, Stopped) and history.progress < 1
        rate_would_fall = cut_off and config.schedule != "constant"
        fell, falls = 0.0, True
        if len(losses) >= 10 and history.step >= FEWEST_STEPS:
            avoidable = [loss - least_loss(config.label_smoothing) for loss in losses]
            fell = 1 - sum(avoidable[8:]) / max(sum(avoidable[6:8]), _LEAST)
            slowed = 1 - sum(avoidable[8:]) / max(sum(avoidable[4:6]), _LEAST)
            slowing = config.schedule != "constant" and slowed > FALLING_WHILE_SLOWED
            falls = rate_would_fall or slowing or fell > FALLING
        changes = [(change.step, change.factor) for change in history.rate_changes]
        worst = max(history.steps, key=lambda step: step.loss)
        return cls(
            losses=losses,
            highest=worst.loss,
            trained=_mean(parts[-1], "accuracy"),
            unseen=unseen,
            best_unseen=max((v.accuracy for v in history.validations), default=unseen or 0.0),
            count=count,
            name=name,
            cut_off=cut_off,
            rate_would_fall=rate_would_fall,
            falls=falls,
            fell=fell,
            last_rate=history.steps[-1].learning_rate,
            factor=factor_at(changes, history.step),
            factor_midway=factor_at(changes, history.step // 2),
            factor_at_highest=factor_at(changes, worst.step - 1),
            steps=history.step,
        )

    @property
    def gap(self) -> float:
        """How much worse it is on unseen images, as a share of all images."""
        return self.trained - (self.unseen or 0.0)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of `unseen`, which must be known."""
        assert self.unseen is not None
        return wilson(round(self.unseen * self.count), self.count)

    @property
    def gap_is_real(self) -> bool:
        """Whether that matters, and is more than chance."""
        return self.unseen is not None and self.gap >= GAP and self.trained > self.interval[1]

    @property
    def told(self) -> str:
        """Both accuracies in a sentence."""
        text = f"It reads {self.trained:.1%} of the training images right"
        return f"{text} and {self.unseen:.1%} of the {self.name} images." if self.unseen is not None else f"{text}."


def least_loss(smoothing: float) -> float:
    """Return the least training loss there can be with so much label smoothing: the entropy of the smoothed labels.

    Of ten digits the true one has 1 - smoothing + smoothing / 10, each other one smoothing / 10 (Szegedy et al. 2016).
    """
    other = smoothing / CLASSES
    true = 1 - smoothing + other
    return -sum(p * math.log(p) for p in (true, *[other] * (CLASSES - 1)) if p > 0)


def _parts(steps: Sequence[Step]) -> list[list[tuple[int, Step]]]:
    """Split the reports into ten parts of equal length (or one each, if fewer), each with its number of steps."""
    since = [0, *(step.step for step in steps)]
    weighed = [(max(1, now.step - before), now) for before, now in zip(since, steps, strict=False)]
    count = min(10, len(weighed))
    return [weighed[i * len(weighed) // count : (i + 1) * len(weighed) // count] for i in range(count)]


def _mean(part: list[tuple[int, Step]], name: str) -> float:
    return sum(weight * getattr(step, name) for weight, step in part) / sum(weight for weight, _ in part)
