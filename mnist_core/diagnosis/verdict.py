"""Diagnosis of a run: a verdict with its reasons, in a learner's words, and one change to try. No torch, no Streamlit.

The terms are those of the usual split of an error in two (Ng, Machine Learning Yearning, 2018, chapters 20 to 24). The
error on the training images is bias; what is added to it on images that the network has not seen is variance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from mnist_core.config import TrainConfig
from mnist_core.diagnosis import remedies
from mnist_core.diagnosis.run_facts import FALLING, FEWEST_STEPS, RunFacts
from mnist_core.events import Diverged, Failed
from mnist_core.history import History

Verdict = Literal[
    "still learning",
    "high bias",
    "high variance",
    "learning rate too high",
    "learning rate too low",
    "diverged",
    "well fitted",
    "not measured",
    "handwriting learned",
    "no difference shown",
    "drawings read worse",
    "MNIST forgotten",
]
"""The last four are of fine-tunings alone."""

GUESSING = 0.2
"""An accuracy below this is guessing: who answers every image with the same digit reads 11 % right, and chance does not
double that."""
GOOD = 0.98
"""What the article's network reads right after one or two passes; a linear network ends at 92 %."""
OVERSHOT = 2 * math.log(10)
"""Twice the loss of guessing. Learning does not lead there; steps that are too long do."""
COLLAPSE = 0.05
"""A fall of the validation accuracy below its best that is too large for overfitting alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """The verdict on one run."""

    verdict: Verdict
    why: str
    """The numbers behind it, in sentences."""
    advice: str
    """What to do, in sentences."""
    change: dict[str, Any] = field(default_factory=dict)
    """The fields of the configuration that would change, with their new values; empty where there is none to try."""


def diagnose(history: History, config: TrainConfig) -> Diagnosis | None:
    """Return the diagnosis of a run that trains on MNIST alone (`fine_tuning.diagnose_fine_tuning` has the others).

    A run that is still training is judged after a fifth of it, and only for faults that do not pass by themselves. The
    validation images decide; where there are none, the test images do, once the run has ended.

    Returns:
        The diagnosis; None while there is too little to conclude anything from.
    """
    ended = history.end is not None
    if isinstance(history.end, Failed):
        return _diverged(history, config) if isinstance(history.end, Diverged) else None
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
        return _high_variance(run, config)
    if best >= GOOD:
        if run.unseen_accuracy is not None:
            return _well_fitted(run, config)
        return _not_measured(run, config) if ended else None  # the test images will tell
    rate = config.learning_rate * run.factor_midway
    if rate < remedies.USUAL_RATE[config.optimizer] / 4 and (run.is_loss_falling or run.loss_fall > 0):
        fall = f"The loss fell to the end, but slowly: from {run.losses[0]:.2f} to {run.losses[-1]:.2f}."
        return _too_low(f"{run.describe()} {fall}", config, run.factor_midway)
    if run.is_loss_falling:
        return _still_learning(run, config)
    return _high_bias(run, config) if ended else None


def _diverged(history: History, config: TrainConfig) -> Diagnosis:
    last = f" The last loss that could be reported was {history.steps[-1].loss:.3g}." if history.steps else ""
    factor = history.rate_changes[-1].factor if history.rate_changes else 1.0
    after = remedies.lower_rate(config, factor)
    return Diagnosis(
        verdict="diverged",
        why=f"The loss grew beyond all numbers: every step overshot its aim by more than the one before.{last}",
        advice=_describe_other_rate("Shorter steps do not overshoot", config, factor, after),
        change={"learning_rate": after},
    )


def _guessing(run: RunFacts, config: TrainConfig, ended: bool) -> Diagnosis | None:
    usual, rate = remedies.USUAL_RATE[config.optimizer], config.learning_rate * run.factor
    why = f"{run.describe()} That is guessing: one in ten is right by chance."
    if run.highest_loss > 1.05 * run.losses[0] and run.highest_loss > 1.1 * math.log(10):
        jumped = f"{why} The loss jumped to {run.highest_loss:.3g}; guessing evenly gives 2.30."
        return _too_high(jumped, config, run.factor_at_highest_loss)
    if rate > 2 * usual:
        stays = f"{why} The loss stays near {run.losses[-1]:.2f}; guessing evenly gives 2.30."
        return _too_high(stays, config, run.factor)
    if rate < usual / 2:
        only = f"{why} The loss went from {run.losses[0]:.3f} to {run.losses[-1]:.3f} only."
        return _too_low(only, config, run.factor)
    if run.steps < FEWEST_STEPS:  # it may only be slow to start, as a network with sigmoids is
        return _still_learning(run, config)
    return _high_bias(run, config) if ended else None


def _unsteady(run: RunFacts, config: TrainConfig, ended: bool) -> Diagnosis | None:
    if run.highest_loss > OVERSHOT:
        return _too_high(
            f"{run.describe()} The loss was as high as {run.highest_loss:.3g}; even guessing gives no more than 2.30.",
            config,
            run.factor_at_highest_loss,
        )
    if not ended:
        return None
    if run.unseen_accuracy is not None and run.best_unseen_accuracy - run.unseen_accuracy > COLLAPSE:
        return _too_high(
            f"It read {run.best_unseen_accuracy:.1%} of the {run.unseen_name} images right once, and now "
            f"{run.unseen_accuracy:.1%}: what it had learned was thrown away again.",
            config,
            run.factor,
        )
    high = run.last_rate >= 3 * remedies.USUAL_RATE[config.optimizer]
    if high and run.loss_fall < 2 * FALLING and not run.stopped_before_rate_fell:
        return _too_high(
            f"{run.describe()} The loss has stopped falling at {run.losses[-1]:.2f} while the learning rate is still "
            f"{run.last_rate:.2g}: steps of that length leap to and fro across the minimum.",
            config,
            run.factor,
        )
    return None


def _too_high(why: str, config: TrainConfig, factor: float) -> Diagnosis:
    after = remedies.lower_rate(config, factor)
    return Diagnosis(
        verdict="learning rate too high",
        why=why,
        advice=_describe_other_rate("Shorter steps get down into the valley", config, factor, after),
        change={"learning_rate": after},
    )


def _too_low(why: str, config: TrainConfig, factor: float) -> Diagnosis:
    after = remedies.raise_rate(config, factor)
    return Diagnosis(
        verdict="learning rate too low",
        why=why,
        advice=_describe_other_rate("Longer steps get there in the same time", config, factor, after),
        change={"learning_rate": after},
    )


def _describe_other_rate(reason: str, config: TrainConfig, factor: float, after: float) -> str:
    """Return the advice to take the learning rate `after` instead of the configuration's times `factor`."""
    undo = "Undo the change by hand. " if factor != 1 and after == config.learning_rate else ""
    return f"{undo}{reason}: learning rate {config.learning_rate * factor:g} → {after:g}."


def _still_learning(run: RunFacts, config: TrainConfig) -> Diagnosis:
    if run.loss_fall > FALLING:
        apart = ", not counting what label smoothing adds to it" if config.label_smoothing else ""
        loss = f"The training loss is still falling, by {run.loss_fall:.0%} over the last fifth of the run{apart}."
    else:
        went = f"from {run.losses[0]:.2f} in its first part to {run.losses[-1]:.2f} in its last"
        loss = f"In {run.steps:,} steps the training loss went {went}, on average."
    why = f"{run.describe()} {loss}"
    if run.stopped_early:
        return Diagnosis(
            verdict="still learning",
            why=f"{why} It was stopped before its end.",
            advice="Resume it: it goes on where it was.",
        )
    change = remedies.more_epochs(config)
    return Diagnosis(
        verdict="still learning",
        why=why,
        advice=_describe_advice("Give it more time", config, change)
        if change
        else "It cannot be given more time here.",
        change=change,
    )


def _high_bias(run: RunFacts, config: TrainConfig) -> Diagnosis:
    change, reason = remedies.against_bias(config)
    return Diagnosis(
        verdict="high bias",
        why=f"{run.describe()} It is bad even on the images it learns from, and its loss has stopped falling "
        f"at {run.losses[-1]:.2f}: more time or more images would not help.",
        advice=_describe_advice(reason, config, change),
        change=change,
    )


def _high_variance(run: RunFacts, config: TrainConfig) -> Diagnosis:
    low, high = run.interval
    change, reason = remedies.against_variance(config)
    return Diagnosis(
        verdict="high variance",
        why=f"{run.describe()} It knows its {config.train_size:,} training images by heart and is {100 * run.gap:.1f} "
        f"points worse on others. That is no chance: from {run.unseen_count:,} images, its true accuracy is {low:.1%} "
        f"to {high:.1%}.",
        advice=_describe_advice(reason, config, change),
        change=change,
    )


def _well_fitted(run: RunFacts, config: TrainConfig) -> Diagnosis:
    low, high = run.interval
    change, reason = remedies.more_varied_images(config)
    return Diagnosis(
        verdict="well fitted",
        why=f"{run.describe()} It does about as well on images it has not seen; from {run.unseen_count:,} of them, its "
        f"true accuracy is {low:.1%} to {high:.1%}.",
        advice=_describe_advice(reason, config, change),
        change=change,
    )


def _not_measured(run: RunFacts, config: TrainConfig) -> Diagnosis:
    change = remedies.with_validation_images(config)
    return Diagnosis(
        verdict="not measured",
        why=f"{run.describe()} It was stopped before the test, and no images were held back: nobody can say whether it "
        "has learned to read or only knows these images by heart.",
        advice=_describe_advice("Hold some images back to measure on", config, change),
        change=change,
    )


def _describe_advice(reason: str, config: TrainConfig, change: dict[str, Any]) -> str:
    return f"{reason}: {remedies.describe_change(config, change)}." if change else f"{reason}."
