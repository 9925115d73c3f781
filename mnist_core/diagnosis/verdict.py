"""The verdict on a run: which of the diagnoses its numbers speak for. No torch, no Streamlit."""

from __future__ import annotations

import math

from mnist_core.config import TrainConfig
from mnist_core.diagnosis import diagnoses, remedies
from mnist_core.diagnosis.diagnoses import Diagnosis
from mnist_core.diagnosis.run_facts import FALLING, FEWEST_STEPS, RunFacts
from mnist_core.events import Diverged, Failed
from mnist_core.history import History

GUESSING = 0.2
"""An accuracy below this is guessing: who answers every image with the same digit reads 11 % right, and chance does not
double that."""
GOOD = 0.98
"""What the article's network reads right after one or two passes; a linear network ends at 92 %."""
OVERSHOT = 2 * math.log(10)
"""Twice the loss of guessing. Learning does not lead there; steps that are too long do."""
COLLAPSE = 0.05
"""A fall of the validation accuracy below its best that is too large for overfitting alone."""


def diagnose(history: History, config: TrainConfig) -> Diagnosis | None:
    """Return the diagnosis of a run that trains on MNIST alone (`fine_tuning.diagnose_fine_tuning` has the others).

    A run that is still training is judged after a fifth of it, and only for faults that do not pass by themselves. The
    validation images decide; where there are none, the test images do, once the run has ended.

    Returns:
        The diagnosis; None while there is too little to conclude anything from.
    """
    ended = history.end is not None
    if isinstance(history.end, Failed):
        return diagnoses.diverged(history, config) if isinstance(history.end, Diverged) else None
    if not history.steps or (not ended and (history.progress < 0.2 or len(history.steps) < 4)):
        return None
    run = RunFacts.of(history, config)
    best = max(run.training_accuracy, run.unseen_accuracy or 0.0)
    if best < GUESSING:
        return _guessing(run, config, ended)
    if best < GOOD and (unsteady := _unsteady(run, config, ended)):
        return unsteady
    # The gap to unseen images is the larger part of the error, or all of it.
    if run.gap_is_real and (run.gap >= 1 - run.training_accuracy or run.training_accuracy >= GOOD):
        return diagnoses.high_variance(run, config)
    if best >= GOOD:
        if run.unseen_accuracy is not None:
            return diagnoses.well_fitted(run, config)
        return diagnoses.not_measured(run, config) if ended else None  # the test images will tell
    rate = config.learning_rate * run.factor_midway
    if rate < remedies.USUAL_RATE[config.optimizer] / 4 and (run.is_loss_falling or run.loss_fall > 0):
        fall = f"The loss fell to the end, but slowly: from {run.losses[0]:.2f} to {run.losses[-1]:.2f}."
        return diagnoses.learning_rate_too_low(f"{run.describe()} {fall}", config, run.factor_midway)
    if run.is_loss_falling:
        return diagnoses.still_learning(run, config)
    return diagnoses.high_bias(run, config) if ended else None


def _guessing(run: RunFacts, config: TrainConfig, ended: bool) -> Diagnosis | None:
    usual, rate = remedies.USUAL_RATE[config.optimizer], config.learning_rate * run.factor
    why = f"{run.describe()} That is guessing: one in ten is right by chance."
    if run.highest_loss > 1.05 * run.losses[0] and run.highest_loss > 1.1 * math.log(10):
        jumped = f"{why} The loss jumped to {run.highest_loss:.3g}; guessing evenly gives 2.30."
        return diagnoses.learning_rate_too_high(jumped, config, run.factor_at_highest_loss)
    if rate > 2 * usual:
        stays = f"{why} The loss stays near {run.losses[-1]:.2f}; guessing evenly gives 2.30."
        return diagnoses.learning_rate_too_high(stays, config, run.factor)
    if rate < usual / 2:
        only = f"{why} The loss went from {run.losses[0]:.3f} to {run.losses[-1]:.3f} only."
        return diagnoses.learning_rate_too_low(only, config, run.factor)
    if run.steps < FEWEST_STEPS:  # it may only be slow to start, as a network with sigmoids is
        return diagnoses.still_learning(run, config)
    return diagnoses.high_bias(run, config) if ended else None


def _unsteady(run: RunFacts, config: TrainConfig, ended: bool) -> Diagnosis | None:
    if run.highest_loss > OVERSHOT:
        return diagnoses.learning_rate_too_high(
            f"{run.describe()} The loss was as high as {run.highest_loss:.3g}; even guessing gives no more than 2.30.",
            config,
            run.factor_at_highest_loss,
        )
    if not ended:
        return None
    if run.unseen_accuracy is not None and run.best_unseen_accuracy - run.unseen_accuracy > COLLAPSE:
        return diagnoses.learning_rate_too_high(
            f"It read {run.best_unseen_accuracy:.1%} of the {run.unseen_name} images right once, and now "
            f"{run.unseen_accuracy:.1%}: what it had learned was thrown away again.",
            config,
            run.factor,
        )
    high = run.last_rate >= 3 * remedies.USUAL_RATE[config.optimizer]
    if high and run.loss_fall < 2 * FALLING and not run.stopped_before_rate_fell:
        return diagnoses.learning_rate_too_high(
            f"{run.describe()} The loss has stopped falling at {run.losses[-1]:.2f} while the learning rate is still "
            f"{run.last_rate:.2g}: steps of that length leap to and fro across the minimum.",
            config,
            run.factor,
        )
    return None
