"""Training is an iterator of events: the caller owns time, output and files; this module knows none of them."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import Examples, Mnist, examples
from mnist_core.errors import ConfigError
from mnist_core.events import Diverged, Epoch, Event, Finished, RateChanged, Started, Step, Validation
from mnist_core.model.arithmetic import Arithmetic
from mnist_core.model.device import choose_device
from mnist_core.model.inference import Evaluation, evaluate
from mnist_core.model.network import DigitNet, build_model
from mnist_core.schedule import RateChange, factor_at, learning_rate, with_change
from mnist_core.training.early_stopping import EarlyStopping
from mnist_core.training.inspection import Inspector
from mnist_core.training.state import TrainingState
from mnist_core.training.step import TrainedNetwork
from mnist_core.training.totals import RunningTotals, Totals
from mnist_core.training.validation_budget import ValidationBudget

REPORT_EVERY = 0.25
"""Seconds of training between reports: the cost does not depend on the batch size."""


class Training(Iterator[Event]):
    """One training run: iterate over it to train, stop asking to pause, `close()` to stop.

    Equal configs on the same machine with the same arithmetic (number format and threads) give equal weights, bit for
    bit, whether or not the run was interrupted: the order of the images and all other randomness of an epoch are drawn
    from (`shuffle_seed`, epoch). Only where a limit in seconds ends a run depends on the machine's speed. PyTorch's
    global random state is set at the start of each epoch (dropout draws from it).

    Between two events the caller may `change_rate`, or set `every_step` to have every step reported, so as to show
    them in slow motion; that changes no number. It may set another limit in seconds, `max_seconds`, too.
    """

    def __init__(
        self,
        config: TrainConfig,
        data: Mnist | Examples,
        device: torch.device,
        start: Mapping[str, Tensor] | None,
        resume: TrainingState | None,
        rate_changes: Sequence[RateChange],
        arithmetic: Arithmetic | None,
    ) -> None:
        self.config, self.device = config, device
        self._arithmetic = arithmetic
        if arithmetic:
            torch.set_num_threads(arithmetic.threads)
        self.epoch = 0
        """Epochs completed."""
        self.step = 0
        """Optimisation steps done."""
        self.every_step = False
        """Report after every step, not by the clock."""
        self.max_seconds = config.max_seconds
        """Seconds of training after which it ends; 0: no limit."""
        self.rate_changes = tuple(rate_changes)
        """The changes made to the learning rate, the earliest first."""
        given = data if isinstance(data, Examples) else examples(data, config)
        self._images = torch.from_numpy(given.images).to(self.device)
        self._labels = torch.from_numpy(given.labels).long().to(self.device)
        self._validation = (given.validation_images, given.validation_labels)
        self._test = (given.test_images, given.test_labels)
        self._network = TrainedNetwork(config, self.device, arithmetic.precision if arithmetic else None)
        self._started = start is not None
        if start is not None:
            self._network.begin_with(start)
        self._inspector = Inspector(self._network.trained, self._network.optimizer, self._images)
        self._stopping = EarlyStopping(config.patience, (), {})
        self._best: DigitNet | None = None
        self._seconds = 0.0
        if resume is not None:
            self._restore(resume)
        self._asked = perf_counter()
        self._events = self._run()

    @property
    def model(self) -> DigitNet:
        """The network as it would be used now: with averaged weights, if the config averages them.

        With early stopping it is, once training has ended, that of the best epoch.
        """
        return self._network.model if self._best is None else self._best

    def __next__(self) -> Event:
        # The time between two requests is the caller's: a pause is not training time.
        self._asked = perf_counter()
        try:
            return next(self._events)
        finally:
            self._seconds += perf_counter() - self._asked

    def close(self) -> None:
        """Stop: no event follows. `model` keeps the weights of the last report."""
        self._events.close()

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        planned = learning_rate(self.config, self.step, self.config.schedule_steps)
        return planned * factor_at(self.rate_changes, self.step)

    def change_rate(self, factor: float) -> RateChanged:
        """Multiply the schedule's learning rate by `factor` from the next step on, in place of an earlier factor."""
        old = self.rate
        self.rate_changes = with_change(self.rate_changes, self.step, factor)
        return RateChanged(step=self.step, epoch=self._position, factor=factor, old=old, new=self.rate)

    def state(self) -> TrainingState:
        """Return what `resume` takes. Meaningful after an `Epoch` event, when `epoch` has just been completed."""
        return TrainingState(
            self._network.tensors(), self.epoch, self._seconds, tuple(self._stopping.losses), self._stopping.weights
        )

    def _restore(self, state: TrainingState) -> None:
        if state.epoch > self.config.epochs:
            raise ConfigError(
                f"epochs must be at least the {state.epoch} that are trained already, received {self.config.epochs}: "
                "raise epochs in config.json, or start a new run"
            )
        self._network.restore(state.tensors)
        self.epoch, self._seconds = state.epoch, state.seconds
        self._stopping = EarlyStopping(self.config.patience, state.losses, state.best)
        self.step = self.epoch * self.config.steps_per_epoch

    @property
    def _position(self) -> float:
        """Epochs done, with the fraction."""
        return self.step / self.config.steps_per_epoch

    @property
    def _total_steps(self) -> int:
        return self.config.steps_per_epoch * self.config.epochs

    def _time_is_up(self) -> bool:
        """Say whether the limit in seconds of training is reached; of a resumed run, its former seconds count."""
        return 0 < self.max_seconds <= self._clock()

    def _clock(self) -> float:
        return self._seconds + perf_counter() - self._asked

    def _run(self) -> Generator[Event, None, None]:
        yield Started(
            device=str(self.device),
            precision=str(self._network.precision).removeprefix("torch."),
            threads=torch.get_num_threads(),
            parameters=sum(p.numel() for p in self._network.trained.parameters()),
            steps_per_epoch=self.config.steps_per_epoch,
            total_steps=self._total_steps,
            epoch=self.epoch,
            max_seconds=self.max_seconds,
            precision_reason=self._arithmetic.precision_reason if self._arithmetic else "",
            threads_reason=self._arithmetic.threads_reason if self._arithmetic else "",
        )
        try:
            if self._started and not self.epoch and self.config.validation_size:
                yield self._validate()
            while self.epoch < self.config.epochs and not self._stopping.over() and not self._time_is_up():
                yield from self._run_epoch()
            limited = self.step < self._total_steps and not self._stopping.over()
            if self._stopping.weights:
                self._best = build_model(self.config).to(self.device)
                self._best.load_state_dict(self._stopping.weights)
            result = self._evaluate(self._test)
        except FloatingPointError:
            peak = self.config.learning_rate * factor_at(self.rate_changes, self.step)
            said = f"Diverged: the loss became infinite or not a number in epoch {self.epoch + 1}."
            yield Diverged(reason=f"{said} Try a learning rate lower than {peak:g}.")
            return
        yield Finished(
            step=self.step,
            test_loss=result.loss,
            test_accuracy=result.accuracy,
            seconds=self._clock(),
            best_epoch=self._stopping.epoch,
            max_seconds=self.max_seconds if limited else None,
        )

    def _run_epoch(self) -> Iterator[Event]:
        # Everything random in an epoch follows from these two numbers, so that a resumed run repeats it.
        seed = self.config.shuffle_seed * 1_000_003 + self.epoch
        random = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)
        began = reported = self._clock()
        # The first step of all is reported at once: on any machine a curve begins where the untrained network stands.
        report_at = began + (REPORT_EVERY if self.epoch else 0.0)
        recent, whole = RunningTotals(), Totals()
        budget = ValidationBudget(self.config.validation_size)
        self._network.trained.train()
        for batch in torch.randperm(len(self._labels), generator=random).split(self.config.batch_size):
            rate = self.rate
            where = batch.to(self.device)
            self.step += 1
            self._network.step(self._images[where], self._labels[where], self.step, rate, random, recent)
            last = self.step % self.config.steps_per_epoch == 0
            over = last or self._time_is_up()
            if self._clock() < report_at and not (over or self.every_step):
                continue
            total = recent.take()
            now = self._clock()
            if not math.isfinite(total.loss):
                raise FloatingPointError("the loss is infinite or not a number")
            pace = total.count / (now - reported)
            if inspection := self._inspector.report(self.step, self._position, now):
                yield inspection
            yield Step(
                step=self.step,
                epoch=self._position,
                loss=total.loss / total.count,
                accuracy=total.correct / total.count,
                learning_rate=rate,
                images_per_second=pace,
                seconds=now,
            )
            whole.add(total)
            before = self._clock()
            if over and not last:  # the epoch stays unfinished: no `Epoch`, and a resume begins it anew
                if self.config.validation_size:
                    yield self._validate()
                return
            if not last and budget.affords(before - began, pace):
                yield self._validate()
                budget.spend(self._clock() - before)
            reported = self._clock()
            report_at = reported + REPORT_EVERY
        self.epoch += 1
        validation = self._validate() if self.config.validation_size else None
        if validation:
            yield validation
            self._stopping.add(validation.loss, self.model.state_dict())
        yield Epoch(
            epoch=self.epoch,
            step=self.step,
            train_loss=whole.loss / whole.count,
            train_accuracy=whole.correct / whole.count,
            validation_loss=validation.loss if validation else None,
            validation_accuracy=validation.accuracy if validation else None,
            seconds=self._clock(),
        )

    def _evaluate(self, held_back: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> Evaluation:
        result = evaluate(self.model, *held_back)
        if not math.isfinite(result.loss):
            raise FloatingPointError("the last step's loss was finite, the weights after it are not")
        return result

    def _validate(self) -> Validation:
        found, epoch = self._evaluate(self._validation), self._position
        return Validation(step=self.step, epoch=epoch, loss=found.loss, accuracy=found.accuracy, seconds=self._clock())


def train(
    config: TrainConfig,
    data: Mnist | Examples,
    *,
    device: torch.device | None = None,
    start: Mapping[str, Tensor] | None = None,
    resume: TrainingState | None = None,
    rate_changes: Sequence[RateChange] = (),
    arithmetic: Arithmetic | None = None,
) -> Training:
    """Return a training of `config` on `data` to iterate over; nothing is computed before the first event is asked for.

    Args:
        config: what to train, and how.
        data: MNIST, of which the configuration says what is learned from; or the very images.
        device: where to compute; chosen by itself when absent.
        start: weights to start from, by their names in the network, instead of random ones: the first event after
            `Started` is then how they do on the validation images.
        resume: the state at the end of an epoch of an equal run, to go on from there.
        rate_changes: what `Training.rate_changes` of that run was: its changes are made again at their steps.
        arithmetic: the number format and the threads to compute with, of the whole process. When absent, the format
            that `config` names, which is float32 for 'auto', and as many threads as the process has now.

    Raises:
        ConfigError: `resume` is beyond the last epoch of `config`.
        CheckpointError: `resume` or `start` is of another network or optimizer.
    """
    return Training(config, data, device or choose_device(), start, resume, rate_changes, arithmetic)
