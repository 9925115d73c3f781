"""The network of a run under way, saved now and then, with the card that says what it is."""

from __future__ import annotations

import time

from mnist_core.events import Finished
from mnist_core.history import History
from mnist_core.model.card import ModelCard, versions
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.training_data import TrainingData
from mnist_core.runs.run import Run
from mnist_core.training.trainer import Training

SNAPSHOT_EVERY = 1.0
"""Seconds between snapshots while training; a stop, a pause and the end always leave one."""


class Snapshots:
    """The network of a run under way, saved as of the last report."""

    def __init__(self, run: Run, training: Training, history: History, trained_on: TrainingData) -> None:
        self._run, self._training, self._history, self._trained_on = run, training, history, trained_on
        self._step, self._at, self._wait = -1, 0.0, SNAPSHOT_EVERY

    def save(self) -> None:
        """Save the network, unless it has not changed since."""
        if self._training.step == self._step:
            return
        began = time.monotonic()
        save_checkpoint(
            self._run.snapshot, self._training.model, card_of(self._training, self._history, self._trained_on)
        )
        self._step, self._at = self._training.step, time.monotonic()
        self._wait = max(SNAPSHOT_EVERY, 20 * (self._at - began))  # a slow disk costs a twentieth of the time at most

    def save_if_due(self) -> None:
        """Save the network if the last time is long enough ago."""
        if time.monotonic() - self._at > self._wait:
            self.save()


def card_of(training: Training, history: History, trained_on: TrainingData) -> ModelCard:
    """Return the card of the training's network as it is now, or as it was after the epoch that is kept."""
    step = history.best_epoch * training.config.steps_per_epoch if history.best_epoch else training.step
    metrics: dict[str, float] = {"epoch": step / training.config.steps_per_epoch, "step": step}
    if history.validation_accuracy is not None:
        metrics["validation_accuracy"] = history.validation_accuracy
    if isinstance(history.end, Finished):
        metrics |= {"test_accuracy": history.end.test_accuracy, "test_loss": history.end.test_loss}
    return ModelCard(
        config=training.config,
        metrics=metrics,
        epochs=history.epochs,
        versions=versions(),
        training_data=trained_on,
    )
