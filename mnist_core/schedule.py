"""The learning rate at every step, as a pure function: no state to save, so a resumed run cannot disagree. No torch."""

from __future__ import annotations

import math

from mnist_core.config import TrainConfig

WARM_UP = 0.25
"""Share of a one-cycle run in which the learning rate rises."""
_START, _END = 1 / 20, 1 / 1000
"""One-cycle starts and ends at these shares of the peak."""


def learning_rate(config: TrainConfig, step: int, total_steps: int) -> float:
    """Return the learning rate of the step numbered `step` (from 0) out of `total_steps`.

    'cosine' falls along half a cosine to zero (Loshchilov and Hutter, SGDR, 2017); 'one-cycle' rises linearly to
    `config.learning_rate` and then falls linearly (Smith and Topin, Super-Convergence, 2018).
    """
    peak = config.learning_rate
    done = step / max(1, total_steps)
    if config.schedule == "cosine":
        return peak * (1 + math.cos(math.pi * done)) / 2
    if config.schedule == "one-cycle":
        if done < WARM_UP:
            return peak * (_START + (1 - _START) * done / WARM_UP)
        return peak * (1 - (1 - _END) * (done - WARM_UP) / (1 - WARM_UP))
    return peak
