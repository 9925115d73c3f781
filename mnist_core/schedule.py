"""The learning rate at every step, as pure functions: no state to save, so a resumed run cannot disagree. No torch."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mnist_core.config import TrainConfig

WARM_UP = 0.25
"""Share of a one-cycle run in which the learning rate rises."""
_START, _END = 1 / 20, 1 / 1000
"""One-cycle starts and ends at these shares of the peak."""
AFTER = 1 / 10
"""Share of the peak in epochs added after a falling schedule has ended: where it ended, nothing would move any more."""

RateChange = tuple[int, float]
"""From the step of this number (from 0) on, the schedule's learning rate is multiplied by this factor."""


def learning_rate(config: TrainConfig, step: int, total_steps: int) -> float:
    """Return the learning rate of the step numbered `step` (from 0) under a schedule over `total_steps`.

    'cosine' falls along half a cosine to zero (Loshchilov and Hutter, SGDR, 2017); 'one-cycle' rises linearly to
    `config.learning_rate` and then falls linearly (Smith and Topin, Super-Convergence, 2018). Steps beyond
    `total_steps` have a tenth of `config.learning_rate`; 'constant' never ends.
    """
    peak = config.learning_rate
    if config.schedule == "constant":
        return peak
    if step >= total_steps > 0:
        return peak * AFTER
    done = step / max(1, total_steps)
    if config.schedule == "cosine":
        return peak * (1 + math.cos(math.pi * done)) / 2
    if done < WARM_UP:
        return peak * (_START + (1 - _START) * done / WARM_UP)
    return peak * (1 - (1 - _END) * (done - WARM_UP) / (1 - WARM_UP))


def factor_at(changes: Sequence[RateChange], step: int) -> float:
    """Return the factor that holds at `step`: that of the latest change, not their product; 1 before any."""
    return next((factor for since, factor in reversed(changes) if since <= step), 1.0)


def with_change(changes: Sequence[RateChange], step: int, factor: float) -> tuple[RateChange, ...]:
    """Return the changes with one more. It replaces those of its own step and of later ones, which were not to be."""
    return (*(change for change in changes if change[0] < step), (step, factor))
