"""Runs and facts of lessons with the numbers that a test wants."""

from pathlib import Path
from typing import Any

from mnist_core.asker import Asker
from mnist_core.config import TrainConfig
from mnist_core.events import Diverged, Finished, Started, Step, Validation
from mnist_core.history import History
from mnist_core.lessons.facts import LessonRun
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run


def lesson_run(
    config: TrainConfig,
    *,
    name: str = "a-run",
    losses: tuple[float, ...] = (2.3, 1.0, 0.5, 0.3),
    training: float = 0.9,
    test: float | None = 0.9,
    validations: tuple[float, ...] = (),
    kept_aside: int = 0,
    diverged: bool = False,
) -> LessonRun:
    """Return a run with these losses, evenly spaced, and accuracies; without a test accuracy it is under way."""
    steps = max(len(losses), config.steps_per_epoch * config.epochs)
    history = History.of(
        [
            Started(
                device="cpu",
                precision="float32",
                threads=1,
                parameters=10,
                steps_per_epoch=config.steps_per_epoch,
                total_steps=steps,
                epoch=0,
            )
        ]
    )
    for i, loss in enumerate(losses, 1):
        at = round(i * steps / len(losses))
        epoch = at / config.steps_per_epoch
        history.add(
            Step(
                step=at,
                epoch=epoch,
                loss=loss,
                accuracy=training,
                learning_rate=config.learning_rate,
                images_per_second=100.0,
                seconds=float(i),
            )
        )
    for accuracy in validations:
        history.add(Validation(step=steps, epoch=1.0, loss=0.5, accuracy=accuracy, seconds=5.0))
    if diverged:
        history.add(Diverged(reason="Diverged."))
    elif test is not None:
        history.add(Finished(step=steps, test_loss=0.5, test_accuracy=test, seconds=9.0))
    return LessonRun(name, config, history, kept_aside)


def record_run(config: TrainConfig, asker: Asker, folder: str | Path | None = None, **numbers: Any) -> Run:
    """Record a run of this asker with these numbers, as if it had been trained, and return it."""
    run = create_run(config, "fast", folder, asker=asker)
    history = lesson_run(config, **numbers).history
    for event in (history.started, *history.steps, *history.validations, history.end):
        if event is not None:
            run.append(event)
    return run
