"""The diagnoses: each verdict on a run with its reasons, in a learner's words, and one change to try. No torch.

The terms are those of the usual split of an error in two (Ng, Machine Learning Yearning, 2018, chapters 20 to 24). The
error on the training images is bias; what is added to it on images that the network has not seen is variance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from mnist_core.config import TrainConfig
from mnist_core.diagnosis import remedies
from mnist_core.diagnosis.run_facts import FALLING, RunFacts
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


def diverged(history: History, config: TrainConfig) -> Diagnosis:
    """Return the diagnosis of a run whose loss grew beyond all numbers."""
    last = f" The last loss that could be reported was {history.steps[-1].loss:.3g}." if history.steps else ""
    factor = history.rate_changes[-1].factor if history.rate_changes else 1.0
    after = remedies.lower_rate(config, factor)
    return Diagnosis(
        verdict="diverged",
        why=f"The loss grew beyond all numbers: every step overshot its aim by more than the one before.{last}",
        advice=_describe_other_rate("Shorter steps do not overshoot", config, factor, after),
        change={"learning_rate": after},
    )


def learning_rate_too_high(why: str, config: TrainConfig, factor: float) -> Diagnosis:
    """Return the diagnosis that the steps are too long: a lower learning rate.

    Args:
        why: the numbers behind it, in sentences.
        config: the run's configuration.
        factor: what somebody had multiplied the learning rate by; 1: nobody had changed it.
    """
    after = remedies.lower_rate(config, factor)
    return Diagnosis(
        verdict="learning rate too high",
        why=why,
        advice=_describe_other_rate("Shorter steps get down into the valley", config, factor, after),
        change={"learning_rate": after},
    )


def learning_rate_too_low(why: str, config: TrainConfig, factor: float) -> Diagnosis:
    """Return the diagnosis that the steps are too short: a higher learning rate.

    Args:
        why: the numbers behind it, in sentences.
        config: the run's configuration.
        factor: what somebody had multiplied the learning rate by; 1: nobody had changed it.
    """
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


def still_learning(run: RunFacts, config: TrainConfig) -> Diagnosis:
    """Return the diagnosis of a run that ended while its loss was falling: what gives it more time."""
    if run.loss_fall > FALLING:
        apart = ", not counting what label smoothing adds to it" if config.label_smoothing else ""
        loss = f"The training loss is still falling, by {run.loss_fall:.0%} over the last fifth of the run{apart}."
    else:
        went = f"from {run.losses[0]:.2f} in its first part to {run.losses[-1]:.2f} in its last"
        loss = f"In {run.steps:,} steps the training loss went {went}, on average."
    why = f"{run.describe()} {loss}"
    if run.time_limit and run.time_limit != config.max_seconds:
        return Diagnosis(
            verdict="still learning",
            why=f"{why} Its class's limit of {run.time_limit:,} s ended it.",
            advice="Fewer training images or a smaller network come further in that time.",
        )
    if run.time_limit:
        change = remedies.more_seconds(config)
        return Diagnosis(
            verdict="still learning",
            why=f"{why} Its limit of {config.max_seconds:,} s ended it.",
            advice=_describe_advice("Give it more time", config, change),
            change=change,
        )
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


def high_bias(run: RunFacts, config: TrainConfig) -> Diagnosis:
    """Return the diagnosis of a run whose network reads even its training images badly: what lets it learn more."""
    change, reason = remedies.against_bias(config)
    return Diagnosis(
        verdict="high bias",
        why=f"{run.describe()} It is bad even on the images it learns from, and its loss has stopped falling "
        f"at {run.losses[-1]:.2f}: more time or more images would not help.",
        advice=_describe_advice(reason, config, change),
        change=change,
    )


def high_variance(run: RunFacts, config: TrainConfig) -> Diagnosis:
    """Return the diagnosis of a run whose network reads other images worse than those it learned from."""
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


def well_fitted(run: RunFacts, config: TrainConfig) -> Diagnosis:
    """Return the diagnosis of a run whose network reads all images about equally well."""
    low, high = run.interval
    change, reason = remedies.more_varied_images(config)
    return Diagnosis(
        verdict="well fitted",
        why=f"{run.describe()} It does about as well on images it has not seen; from {run.unseen_count:,} of them, its "
        f"true accuracy is {low:.1%} to {high:.1%}.",
        advice=_describe_advice(reason, config, change),
        change=change,
    )


def not_measured(run: RunFacts, config: TrainConfig) -> Diagnosis:
    """Return the diagnosis of a run whose network reads its training images, and was measured on no others."""
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
