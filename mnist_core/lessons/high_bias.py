"""Lesson 5: high bias. A linear model stops near 92 %, however long it trains."""

from __future__ import annotations

from itertools import combinations

from mnist_core.config import TrainConfig
from mnist_core.formatting import signed
from mnist_core.lessons.drawn_curve import thinned
from mnist_core.lessons.facts import Facts, LessonRun, differing_fields
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet, planned
from mnist_core.lessons.prediction import Number, Numbers

CONFIG = TrainConfig(
    filters=(),
    kernel_sizes=(),
    dense=(),
    epochs=8,
    batch_size=256,
    train_size=20_000,
    validation_size=1_000,
    learning_rate=2e-3,
)
TIMES = 4
NEAR, WITHIN = 0.92, 0.02
"""Where a linear model stops, and how far from it a run may end."""


def check(facts: Facts) -> Outcome:
    """Look for two linear runs, one four times as long, that both stop near 92 % with the diagnosis high bias."""
    linear = [run for run in facts.finished if not run.config.filters and not run.config.dense]
    pairs = [pair for pair in combinations(sorted(linear, key=lambda run: run.config.epochs), 2) if _fits(*pair)]
    if not pairs:
        return not_yet(
            f"Two finished runs of a linear model are needed, one with {TIMES} times the epochs of the other and "
            f"nothing else changed. Finished so far: {len(linear)}; under way: {facts.under_way}."
        )
    short, long = pairs[-1]
    gained = 100 * (long.test_accuracy - short.test_accuracy)
    told = (
        f"After {short.config.epochs} epochs it reads {short.test_accuracy:.1%} of the test images right (diagnosis: "
        f"{short.verdict or 'none'}), after {long.config.epochs} epochs {long.test_accuracy:.1%} (diagnosis: "
        f"{long.verdict or 'none'}): a gain of {signed(gained, 1)} points."
    )
    for run in (short, long):
        if abs(run.test_accuracy - NEAR) > WITHIN:
            return not_yet(f"Both have to stop within {100 * WITHIN:.0f} points of {NEAR:.0%}.", found=told)
        if run.verdict != "high bias":
            return not_yet("Both have to be diagnosed with high bias: train with more epochs.", found=told)
    return Outcome(
        fulfilled=True,
        told=told,
        step=1,
        happened=[gained],
        curves=tuple(
            (f"validation, {run.config.epochs} epochs", thinned(run.validation_accuracies)) for run in (short, long)
        ),
        measure="accuracy",
    )


def _fits(short: LessonRun, long: LessonRun) -> bool:
    return long.config.epochs == TIMES * short.config.epochs and differing_fields(short.config, long.config) == [
        "epochs"
    ]


LESSON = Lesson(
    id="high-bias",
    number=5,
    title="High bias",
    question=f"A linear model is the simplest network: it adds up the pixels, each times a weight, and has no layer "
    f"in between. It trains for {CONFIG.epochs} epochs: it sees all its images {CONFIG.epochs} times. What does it "
    f"gain from {TIMES} times as many? From 80% to 81% would be one point.",
    prediction=Numbers((Number(label="Test accuracy that it gains", low=-10, high=50, step=0.5, unit=" points"),)),
    steps=(
        Step(
            text=f"Train it for {CONFIG.epochs} epochs and for {TIMES * CONFIG.epochs}.",
            hint="Both runs start with the same weights. Compare where their curves end.",
            starts=tuple(
                planned("underfit", CONFIG.replace(epochs=epochs), f"{epochs} epochs")
                for epochs in (CONFIG.epochs, TIMES * CONFIG.epochs)
            ),
        ),
    ),
    meaning="Both runs stop near 92%, on training images and on test images alike. The model is too simple for the "
    "task: this is **high bias**. More time does not help, and neither do more images. A richer model helps: one with "
    "hidden layers, or with convolutions.",
    challenge="Change one thing about the architecture that takes it beyond 97%.",
    check=check,
)
