"""What a run's numbers say of it, in a learner's words, and one change to try. Pure; no torch, no Streamlit.

The words are those of the usual split of an error in two (Ng, Machine Learning Yearning, 2018, chapters 20 to 24): what
is missing on the training images is bias, what is lost from there to images it has not seen is variance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from mnist_core.config import TrainConfig
from mnist_core.diagnosis import remedies
from mnist_core.diagnosis.run_facts import FALLING, FEWEST_STEPS, Outcome
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
]

GUESSING = 0.2
"""An accuracy below this is guessing: one digit for every image reads 11 % right, and no noise doubles that."""
GOOD = 0.98
"""What the article's network reads right after one or two passes; a linear network ends at 92 %."""
OVERSHOT = 2 * math.log(10)
"""Twice the loss of guessing: no network gets there by learning, only by steps that are too long."""
COLLAPSE = 0.05
"""A fall of the validation accuracy below its best that overfitting alone does not make."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """One run's verdict."""

    verdict: Verdict
    why: str
    """The numbers that speak for it, in sentences."""
    advice: str
    """What to do, in sentences."""
    change: dict[str, Any] = field(default_factory=dict)
    """The fields of the configuration that would change, with their new values; empty where there is none to try."""


def diagnose(history: History, config: TrainConfig) -> Diagnosis | None:
    """Return what is to be said of a run, or None while there is too little to go by.

    A run that goes on is judged after a fifth of it, and only on what cannot pass by itself. Images that it holds back
    decide; where there are none, the test images do, once the run has ended.
    """
    ended = history.end is not None
    if isinstance(history.end, Failed):
        return _diverged(history, config) if isinstance(history.end, Diverged) else None
    if not history.steps or (not ended and (history.progress < 0.2 or len(history.steps) < 4)):
        return None
    run = Outcome.of(history, config)
    best = max(run.trained, run.unseen or 0.0)
    if best < GUESSING:
        return _guessing(run, config, ended)
    if best < GOOD and (unsteady := _unsteady(run, config, ended)):
        return unsteady
    # What is lost on unseen images is the larger part of the error, or all that is wrong.
    if run.gap_is_real and (run.gap >= 1 - run.trained or run.trained >= GOOD):
        return _high_variance(run, config)
    if best >= GOOD:
        if run.unseen is not None:
            return _well_fitted(run, config)
        return _not_measured(run, config) if ended else None  # the test images will tell
    rate = config.learning_rate * run.factor_midway
    if rate < remedies.USUAL_RATE[config.optimizer] / 4 and (run.falls or run.fell > 0):
        fall = f"The loss fell to the end, but slowly: from {run.losses[0]:.2f} to {run.losses[-1]:.2f}."
        return _too_low(f"{run.told} {fall}", config, run.factor_midway)
    if run.falls:
        return _still_learning(run, config)
    return _high_bias(run, config) if ended else None


def _diverged(history: History, config: TrainConfig) -> Diagnosis:
    last = f" The last loss that could be reported was {history.steps[-1].loss:.3g}." if history.steps else ""
    factor = history.rate_changes[-1].factor if history.rate_changes else 1.0
    after = remedies.lower_rate(config, factor)
    return Diagnosis(
        verdict="diverged",
        why=f"The loss grew beyond all numbers: every step overshot its aim by more than the one before.{last}",
        advice=_other_rate("Shorter steps do not overshoot", config, factor, after),
        change={"learning_rate": after},
    )


def _guessing(run: Outcome, config: TrainConfig, ended: bool) -> Diagnosis | None:
    usual, rate = remedies.USUAL_RATE[config.optimizer], config.learning_rate * run.factor
    why = f"{run.told} That is guessing: one in ten is right by chance."
    if run.highest > 1.05 * run.losses[0] and run.highest > 1.1 * math.log(10):
        jumped = f"{why} The loss jumped to {run.highest:.3g}; guessing evenly gives 2.30."
        return _too_high(jumped, config, run.factor_at_highest)
    if rate > 2 * usual:
        stays = f"{why} The loss stays near {run.losses[-1]:.2f}; guessing evenly gives 2.30."
        return _too_high(stays, config, run.factor)
    if rate < usual / 2:
        only = f"{why} The loss went from {run.losses[0]:.3f} to {run.losses[-1]:.3f} only."
        return _too_low(only, config, run.factor)
    if run.steps < FEWEST_STEPS:  # it may only be slow to start, as a network with sigmoids is
        return _still_learning(run, config)
    return _high_bias(run, config) if ended else None


def _unsteady(run: Outcome, config: TrainConfig, ended: bool) -> Diagnosis | None:
    if run.highest > OVERSHOT:
        return _too_high(
            f"{run.told} The loss was as high as {run.highest:.3g}; even guessing gives no more than 2.30.",
            config,
            run.factor_at_highest,
        )
    if not ended:
        return None
    if run.unseen is not None and run.best_unseen - run.unseen > COLLAPSE:
        return _too_high(
            f"It read {run.best_unseen:.1%} of the {run.name} images right once, and now {run.unseen:.1%}: "
            "what it had learned was thrown away again.",
            config,
            run.factor,
        )
    high = run.last_rate >= 3 * remedies.USUAL_RATE[config.optimizer]
    if high and run.fell < 2 * FALLING and not run.rate_would_fall:
        return _too_high(
            f"{run.told} The loss has stopped falling at {run.losses[-1]:.2f} while the learning rate is still "
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
        advice=_other_rate("Shorter steps get down into the valley", config, factor, after),
        change={"learning_rate": after},
    )


def _too_low(why: str, config: TrainConfig, factor: float) -> Diagnosis:
    after = remedies.raise_rate(config, factor)
    return Diagnosis(
        verdict="learning rate too low",
        why=why,
        advice=_other_rate("Longer steps get there in the same time", config, factor, after),
        change={"learning_rate": after},
    )


def _other_rate(reason: str, config: TrainConfig, factor: float, after: float) -> str:
    """Say which learning rate to take instead of the one that a change by hand, by `factor`, had made."""
    undo = "Undo the change by hand. " if factor != 1 and after == config.learning_rate else ""
    return f"{undo}{reason}: learning rate {config.learning_rate * factor:g} → {after:g}."


def _still_learning(run: Outcome, config: TrainConfig) -> Diagnosis:
    if run.fell > FALLING:
        apart = ", not counting what label smoothing adds to it" if config.label_smoothing else ""
        loss = f"The training loss is still falling, by {run.fell:.0%} over the last fifth of the run{apart}."
    else:
        went = f"from {run.losses[0]:.2f} in its first part to {run.losses[-1]:.2f} in its last"
        loss = f"In {run.steps:,} steps the training loss went {went}, on average."
    why = f"{run.told} {loss}"
    if run.cut_off:
        return Diagnosis(
            verdict="still learning",
            why=f"{why} It was stopped before its end.",
            advice="Resume it: it goes on where it was.",
        )
    change = remedies.longer(config)
    return Diagnosis(
        verdict="still learning",
        why=why,
        advice=_advice("Give it more time", config, change) if change else "It cannot be given more time here.",
        change=change,
    )


def _high_bias(run: Outcome, config: TrainConfig) -> Diagnosis:
    change, reason = remedies.against_bias(config)
    return Diagnosis(
        verdict="high bias",
        why=f"{run.told} It is bad even on the images it learns from, and its loss has stopped falling "
        f"at {run.losses[-1]:.2f}: more time or more images would not help.",
        advice=_advice(reason, config, change),
        change=change,
    )


def _high_variance(run: Outcome, config: TrainConfig) -> Diagnosis:
    low, high = run.interval
    change, reason = remedies.against_variance(config)
    return Diagnosis(
        verdict="high variance",
        why=f"{run.told} It knows its {config.train_size:,} training images by heart and is {100 * run.gap:.1f} "
        f"points worse on others. That is no chance: from {run.count:,} images, its true accuracy is {low:.1%} to "
        f"{high:.1%}.",
        advice=_advice(reason, config, change),
        change=change,
    )


def _well_fitted(run: Outcome, config: TrainConfig) -> Diagnosis:
    low, high = run.interval
    change, reason = remedies.beyond(config)
    return Diagnosis(
        verdict="well fitted",
        why=f"{run.told} It does about as well on images it has not seen; from {run.count:,} of them, its "
        f"true accuracy is {low:.1%} to {high:.1%}.",
        advice=_advice(reason, config, change),
        change=change,
    )


def _not_measured(run: Outcome, config: TrainConfig) -> Diagnosis:
    change = remedies.hold_back(config)
    return Diagnosis(
        verdict="not measured",
        why=f"{run.told} It was stopped before the test, and no images were held back: nobody can say whether it has "
        "learned to read or only knows these images by heart.",
        advice=_advice("Hold some images back to measure on", config, change),
        change=change,
    )


def _advice(reason: str, config: TrainConfig, change: dict[str, Any]) -> str:
    return f"{reason}: {remedies.told(config, change)}." if change else f"{reason}."
