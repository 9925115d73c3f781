"""Lesson: a question, a prediction, steps, a check, and what it means. Data alone; the app draws it. No torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from mnist_core.config import TrainConfig
from mnist_core.lessons.facts import Facts
from mnist_core.lessons.prediction import Kind, Prediction

Part = Literal["", "board", "convolution", "gradient", "threshold"]
Measure = Literal["loss", "accuracy"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRun:
    """A run of a lesson: a preset's settings with changes."""

    preset: str
    config: TrainConfig
    label: str
    """What it is in a list of the lesson's runs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to do: on another page, with runs that a button starts here, or with a part of the app shown here."""

    text: str
    """What to do now, in a sentence."""
    hint: str = ""
    """More on how; left out when the lesson is done once more."""
    page: Literal["", "Train", "Draw"] = ""
    """The page on which it is done."""
    opens: tuple[PlannedRun, ...] = ()
    """Settings with which Train is opened; of several, the learner chooses one."""
    starts: tuple[PlannedRun, ...] = ()
    """Runs that are started together."""
    part: Part = ""
    """What is shown here to do it with."""
    model: str = ""
    """A shipped network that is taken in hand for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a check found."""

    fulfilled: bool
    told: str
    """What happened, or what is missing, with the numbers."""
    missing: str = ""
    """Of `told`, what is missing alone: a strip at the top of a page has room for no more."""
    step: int = 0
    """Which of the lesson's steps is to be done now, from 0."""
    happened: Prediction | None = None
    """What the prediction is compared with."""
    curves: tuple[tuple[str, Sequence[tuple[float, float]]], ...] = ()
    """Curves of what happened, each with its name: a measure over the share of the run."""
    measure: Measure = "loss"
    """What the curves are of; an accuracy is 0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """One lesson."""

    id: str
    """As in the address."""
    number: int
    title: str
    question: str
    prediction: Kind
    steps: tuple[Step, ...]
    meaning: str
    """What it means: told only after something has happened. Markdown."""
    challenge: str
    """What to try next, beyond the check."""
    check: Callable[[Facts], Outcome]
    earlier_runs: bool = False
    """Whether runs from before the lesson count, too."""


def not_yet(missing: str, step: int = 0, *, found: str = "") -> Outcome:
    """Return the outcome of a check that is not fulfilled: what was found so far, and what is missing."""
    return Outcome(fulfilled=False, told=f"{found} {missing}".strip(), missing=missing, step=step)


def planned(preset_name: str, config: TrainConfig, label: str = "") -> PlannedRun:
    """Return a run of a lesson."""
    return PlannedRun(preset=preset_name, config=config, label=label)
