"""Lesson 4: only unseen data tell. A network knows its 300 images by heart."""

from __future__ import annotations

from mnist_core.config import TrainConfig
from mnist_core.lessons.drawn_curve import thinned
from mnist_core.lessons.facts import Facts
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet, planned
from mnist_core.lessons.prediction import accuracy_prediction

CONFIG = TrainConfig(
    filters=(16, 32),
    kernel_sizes=(5, 3),
    dense=(128,),
    train_size=300,
    validation_size=1_000,
    batch_size=32,
    learning_rate=2e-3,
    epochs=30,
)
MOST_TRAINED = 1_000
"""Training images of a run that counts here."""
BY_HEART, GAP = 0.99, 0.05


def check(facts: Facts) -> Outcome:
    """Look for a run that reads its few training images right and the test images much worse."""
    done = [run for run in facts.finished if run.config.train_size <= MOST_TRAINED]
    if not done:
        if facts.under_way:
            return not_yet("The run is under way: wait for its end.")
        return not_yet("No run on so few images has finished yet.")
    fitting = [run for run in done if run.training_accuracy >= BY_HEART and run.gap >= GAP]
    run = (fitting or done)[-1]
    told = (
        f"It reads {run.training_accuracy:.1%} of its {run.config.train_size:,} training images right, and "
        f"{run.test_accuracy:.1%} of the 10,000 test images: {100 * run.gap:.1f} points fewer."
    )
    if run.training_accuracy < BY_HEART:
        return not_yet(f"It has to read at least {BY_HEART:.0%} of its training images: train longer.", found=told)
    if run.gap < GAP:
        return not_yet(f"The gap has to be at least {100 * GAP:.0f} points: use fewer training images.", found=told)
    return Outcome(
        fulfilled=True,
        told=told,
        step=1,
        happened=[100 * run.test_accuracy],
        curves=(
            ("training", thinned(run.training_accuracies)),
            ("validation", thinned(run.validation_accuracies)),
        ),
        measure="accuracy",
    )


LESSON = Lesson(
    id="unseen-data",
    number=4,
    title="Unseen data",
    question="A network trains on only 300 images until it reads all 300 right: 100%. How many of 10,000 images that "
    "it has never seen does it read right?",
    prediction=accuracy_prediction("Test accuracy"),
    steps=(
        Step(
            text="Train it on the 300 images and wait for the test at the end.",
            hint="Everything is set. Press Start. The training curve climbs to 100%; watch where the validation curve "
            "stays.",
            page="Train",
            opens=(planned("overfit", CONFIG),),
        ),
    ),
    meaning="The accuracy on the images that a network learned from says little: it can learn 300 images **by "
    "heart**. What counts is how it reads images that it has **not seen**. That is why some are kept apart: "
    "validation images to choose by, and test images that are opened once, at the end.",
    challenge="With how few training images does it still read 90% of the test images?",
    check=check,
)
