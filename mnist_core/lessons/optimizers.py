"""Lesson 11: an optimizers' race, and the same race with another seed."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.config import TrainConfig
from mnist_core.lessons.drawn_curve import thinned
from mnist_core.lessons.facts import Facts, LessonRun
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet, planned
from mnist_core.lessons.lesson_network import SMALL
from mnist_core.lessons.prediction import Order

NAMES = {"sgd": "SGD", "momentum": "SGD with momentum", "adamw": "AdamW"}
SEEDS = (1, 2)
CONFIG = SMALL.replace(epochs=2, train_size=6_000, learning_rate=2e-3)


def check(facts: Facts) -> Outcome:
    """Look for two races of the three optimizers that differ in nothing else, with two seeds."""
    races = _races(facts.runs)
    if not races:
        return not_yet(
            "A race needs a finished run with each of SGD, SGD with momentum and AdamW that differ in nothing "
            f"else. Ended so far: {sum(run.ended for run in facts.runs)}; under way: {facts.under_way}."
        )
    first = _order(races[0])
    if len(races) < 2:
        return not_yet(f"The first race is over: {_describe(races[0])}. Now race again with another seed.", 1)
    second = _order(races[-1])
    held = "The order held." if first == second else "The order did not hold: one race alone proves nothing."
    return Outcome(
        fulfilled=True,
        told=f"The first race: {_describe(races[0])}. The second: {_describe(races[-1])}. {held}",
        step=2,
        happened=first,
        curves=tuple((NAMES[name], thinned(races[0][name].losses)) for name in NAMES),
    )


def _races(runs: Sequence[LessonRun]) -> list[dict[str, LessonRun]]:
    """Return the whole races, the oldest first: by optimizer, runs that differ in the optimizer alone.

    Of several pairs of races, only those with the settings of the newest but for their seeds count.
    """
    found: dict[TrainConfig, dict[str, LessonRun]] = {}
    for run in runs:
        if run.ended and run.config.optimizer in NAMES:
            found.setdefault(run.config.replace(optimizer="sgd"), {})[run.config.optimizer] = run
    whole = {config: race for config, race in found.items() if len(race) == len(NAMES)}
    if not whole:
        return []
    newest = list(whole)[-1].replace(seed=0, shuffle_seed=0)
    return [race for config, race in whole.items() if config.replace(seed=0, shuffle_seed=0) == newest]


def _order(race: dict[str, LessonRun]) -> list[str]:
    return sorted(race, key=lambda name: race[name].test_accuracy, reverse=True)


def _describe(race: dict[str, LessonRun]) -> str:
    return ", ".join(f"{NAMES[name]} {race[name].test_accuracy:.1%}" for name in _order(race))


LESSON = Lesson(
    id="optimizers",
    number=11,
    title="The optimizers' race",
    question="An optimizer decides how far each step moves each weight. Three optimizers train the same network, with "
    "the same learning rate, the same first weights and the same order of the images. Which network reads most test "
    "images right after two epochs?",
    prediction=Order(label="The finishing order", options=NAMES),
    steps=(
        Step(
            text="Start the race.",
            hint="Only the optimizer differs.",
            starts=tuple(
                planned("fast", CONFIG.replace(optimizer=name, seed=SEEDS[0], shuffle_seed=SEEDS[0]), title)
                for name, title in NAMES.items()
            ),
        ),
        Step(
            text="Race again with another seed: does the order hold?",
            hint="Other first weights and another order of the images, for all three.",
            starts=tuple(
                planned("fast", CONFIG.replace(optimizer=name, seed=SEEDS[1], shuffle_seed=SEEDS[1]), title)
                for name, title in NAMES.items()
            ),
        ),
    ),
    meaning="**SGD** steps against the gradient of the moment. **Momentum** also goes on in the direction of the steps "
    "before, so that steps in one direction grow. **AdamW** gives each weight a step of its own size. With "
    "this learning rate the order is clear and holds for other seeds. It need not hold for another learning rate: "
    "SGD wants a much larger one. A race is fair only if each has been given its own best.",
    challenge="Find a learning rate with which SGD wins.",
    check=check,
)
