"""Lesson 3: hyperparameters have to be tried. Three runs differ in nothing but the learning rate."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.config import TrainConfig
from mnist_core.lessons.drawn_curve import thinned
from mnist_core.lessons.facts import Facts, LessonRun
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet, planned
from mnist_core.lessons.lesson_network import SMALL
from mnist_core.lessons.prediction import Choice

CONFIG = SMALL.replace(optimizer="adam", epochs=1, train_size=12_000, max_seconds=6)
RATES = (1e-5, 3e-3, 0.3)
_OPTIONS = {f"{rate:g}": f"{rate:f}".rstrip("0") for rate in RATES}
"""By the key under which each is kept, as people write it: 1e-05 is 0.00001."""


def check(facts: Facts) -> Outcome:
    """Look for three runs that differ in the learning rate alone, of which the middle one is the best."""
    found = _three(facts.runs)
    if found is None:
        return not_yet(
            "Three finished runs are needed that differ in the learning rate alone. Ended so far: "
            f"{sum(run.ended for run in facts.runs)}; under way: {facts.under_way}."
        )
    low, middle, high = found
    told = " ".join(f"Learning rate {_written(run.config.learning_rate)}: {_describe(run)}." for run in found)
    if middle.test_accuracy <= max(low.test_accuracy, high.test_accuracy):
        return not_yet("None of the three rates was too low and none too high: try rates further apart.", found=told)
    sure = middle.interval[0] > max(low.interval[1], high.interval[1])
    luck = (
        "The interval of the best lies above the other two: that is no luck."
        if sure
        else "The intervals of the best and the second overlap: luck could do that."
    )
    return Outcome(
        fulfilled=True,
        told=f"{told} {luck}",
        step=1,
        # Somebody's own three rates were no options.
        happened=[best] if (best := f"{middle.config.learning_rate:g}") in _OPTIONS else None,
        curves=tuple((f"rate {_written(run.config.learning_rate)}", thinned(run.losses)) for run in found),
    )


def _written(rate: float) -> str:
    key = f"{rate:g}"
    return _OPTIONS.get(key, key)


def _three(runs: Sequence[LessonRun]) -> tuple[LessonRun, LessonRun, LessonRun] | None:
    """Return the newest three runs that differ in nothing but their learning rates, the lowest rate first."""
    groups: dict[TrainConfig, dict[float, LessonRun]] = {}
    for run in runs:
        if run.ended:
            groups.setdefault(run.config.replace(learning_rate=1.0), {})[run.config.learning_rate] = run
    whole = [group for group in groups.values() if len(group) >= 3]
    if not whole:
        return None
    newest = list(whole[-1].values())[-3:]
    low, middle, high = sorted(newest, key=lambda run: run.config.learning_rate)
    return low, middle, high


def _describe(run: LessonRun) -> str:
    if not run.finished:
        return "the loss grew beyond all numbers"
    low, high = run.interval
    return f"{run.test_accuracy:.1%} of the test images read right (95% interval {low:.1%} to {high:.1%})"


LESSON = Lesson(
    id="learning-rates",
    number=3,
    title="Hyperparameters have to be tried",
    question="The learning rate says how far each step moves the weights. Three networks train alike, with three "
    "learning rates. Which one reads most test images right?",
    prediction=Choice(label="The best of these learning rates is …", options=_OPTIONS),
    steps=(
        Step(
            text="Start the three runs and wait for their ends.",
            hint="They start alike and differ in their learning rates alone. Look at how each loss falls, or does not.",
            starts=tuple(
                planned("fast", CONFIG.replace(learning_rate=rate), f"learning rate {_written(rate)}") for rate in RATES
            ),
        ),
    ),
    meaning="With a learning rate that is **too low** the loss falls, but far too slowly. With one that is **too "
    "high** each step leaps beyond the place where the loss is lowest, and nothing is learned. Nobody can compute the "
    "best one beforehand. The learning rate is one of the **hyperparameters**: what people choose before a training. "
    "**They have to be tried.** A fair try changes one thing only, and asks whether the difference could be luck.",
    challenge="Find a learning rate that beats the best of these three by more than luck.",
    check=check,
)
