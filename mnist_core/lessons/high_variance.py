"""Lesson 6: high variance. The same network with other seeds, on few and on many images."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.config import TrainConfig
from mnist_core.lessons.facts import Facts, LessonRun
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet, planned
from mnist_core.lessons.lesson_network import SMALL
from mnist_core.lessons.prediction import Number, Numbers

FEW, MANY = 300, 10_000
SEEDS = (1, 2, 3)
CONFIG = SMALL.replace(batch_size=32, optimizer="adamw", learning_rate=3e-3, schedule="cosine")
_EPOCHS = {FEW: 6, MANY: 2}


def planned_config(images: int, seed: int) -> TrainConfig:
    """Return the settings of one of the lesson's runs."""
    return CONFIG.replace(train_size=images, epochs=_EPOCHS[images], seed=seed, shuffle_seed=seed)


def check(facts: Facts) -> Outcome:
    """Compare how far the test accuracies of three seeds lie apart, for few and for many images."""
    groups = {images: _newest_three(facts.finished, images) for images in (FEW, MANY)}
    for step, (images, runs) in enumerate(groups.items()):
        if len(runs) < len(SEEDS):
            return not_yet(
                f"Three finished runs with {images:,} images are needed that differ in their seeds alone. Finished so "
                f"far: {len(runs)}; under way: {facts.under_way}.",
                step,
            )
    spreads = {images: _spread(runs) for images, runs in groups.items()}
    told = ". ".join(
        f"With {images:,} images the three read {', '.join(f'{run.test_accuracy:.1%}' for run in runs)} of the test "
        f"images right: they lie {spreads[images]:.2f} points apart"
        for images, runs in groups.items()
    )
    few, many = spreads[FEW], spreads[MANY]
    ratio = f"{few / many:.1f} times as far" if many else "apart"
    if few > many:
        end = f"Chance alone moves the runs on few images {ratio}."
    else:
        end = "This time the runs on few images lie no farther apart: three seeds say little of a spread. Try others."
    return Outcome(fulfilled=True, told=f"{told}. {end}", step=2, happened=[few, many])


def _newest_three(runs: Sequence[LessonRun], images: int) -> list[LessonRun]:
    """Return the newest three runs on so many images that differ in their seeds alone; fewer where there are fewer."""
    groups: dict[TrainConfig, dict[int, LessonRun]] = {}
    for run in runs:
        if run.config.train_size == images:
            alike = run.config.replace(seed=0, shuffle_seed=0)
            groups.setdefault(alike, {})[run.config.seed] = run
    return list(max(groups.values(), key=len).values())[-len(SEEDS) :] if groups else []


def _spread(runs: Sequence[LessonRun]) -> float:
    accuracies = [100 * run.test_accuracy for run in runs]
    return max(accuracies) - min(accuracies)


LESSON = Lesson(
    id="high-variance",
    number=6,
    title="High variance",
    question="Three networks train alike, but chance gives them other first weights and another order of the images. "
    f"How far apart do their test accuracies end, with {FEW} training images and with {MANY:,}?",
    prediction=Numbers(
        tuple(
            Number(label=f"Highest minus lowest with {images:,} images", low=0, high=50, step=0.1, unit=" points")
            for images in (FEW, MANY)
        )
    ),
    steps=tuple(
        Step(
            text=f"Train three networks on {images:,} images.",
            hint="They differ in their seeds alone: the seed sets all that chance decides.",
            starts=tuple(planned("overfit", planned_config(images, seed), f"seed {seed}") for seed in SEEDS),
        )
        for images in (FEW, MANY)
    ),
    meaning="With few images, what a network learns depends on chance: on its first weights and on which images happen "
    "to be there. This is **high variance**. With many images chance matters less. So one run is no proof: whoever "
    "compares two settings trains each with several seeds.",
    challenge="How many images does it take until the three end within half a point?",
    check=check,
)
