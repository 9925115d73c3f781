"""Training is an iterator of events: the caller owns time, output and files; this module knows none of them."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from time import perf_counter

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from mnist_core.augment import augment
from mnist_core.config import TrainConfig
from mnist_core.data import Mnist, split
from mnist_core.device import choose_device, choose_precision
from mnist_core.evaluate import Evaluation, evaluate
from mnist_core.events import Epoch, Event, Failed, Finished, Started, Step, Validation
from mnist_core.model import DigitNet, build_model, to_input
from mnist_core.schedule import learning_rate

FIRST_REPORT, REPORT_EVERY = 0.05, 0.25
"""Seconds of training before the first report, and between reports: the cost does not depend on the batch size."""
VALIDATION_SHARE = 0.05
"""Within an epoch, validation is measured whenever it has cost less than this share of the time."""


@dataclass(frozen=True, slots=True)
class TrainingState:
    """All that a training needs to go on from the end of an epoch as if it had never been interrupted."""

    tensors: dict[str, Tensor]
    epoch: int
    """Epochs completed."""
    seconds: float


class Training(Iterator[Event]):
    """One training run: iterate over it to train, stop asking to pause, `close()` to stop.

    Equal configs on the same machine with the same number of threads give equal weights, bit for bit, whether or not
    the run was interrupted: the order of the images and all other randomness of an epoch are drawn from
    (`shuffle_seed`, epoch). PyTorch's global random state is set at the start of each epoch (dropout draws from it).
    """

    def __init__(
        self,
        config: TrainConfig,
        data: Mnist,
        *,
        device: torch.device | None = None,
        resume: TrainingState | None = None,
    ) -> None:
        self.config = config
        self.device = device or choose_device()
        self.precision = choose_precision(config.precision, self.device)
        self.epoch = 0
        """Epochs completed."""
        self.step = 0
        """Optimisation steps done."""
        train, validation = split(config)
        self._images = torch.from_numpy(data.train_images[train]).to(self.device)
        self._labels = torch.from_numpy(data.train_labels[train]).long().to(self.device)
        self._validation = (data.train_images[validation], data.train_labels[validation])
        self._test = (data.test_images, data.test_labels)
        # channels-last: measured faster on every convolution here, forward and backward.
        self._model = build_model(config).to(self.device).to(memory_format=torch.channels_last)
        self._optimizer = _optimizer(config, self._model)
        self._average = None
        if config.weight_averaging:
            average = get_ema_multi_avg_fn(config.weight_averaging)
            self._average = AveragedModel(self._model, multi_avg_fn=average, use_buffers=True)
        self._total_steps = config.steps_per_epoch * config.epochs
        self._seconds = 0.0
        if resume:
            self._restore(resume)
        self._asked = perf_counter()
        self._events = self._run()

    @property
    def model(self) -> DigitNet:
        """The network as it would be used now: with averaged weights, if the config averages them."""
        return self._average.module if self._average else self._model  # type: ignore[return-value]

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

    def state(self) -> TrainingState:
        """Return what `resume` takes. Meaningful after an `Epoch` event, when `epoch` has just been completed."""
        tensors = {f"model.{name}": value for name, value in self._model.state_dict().items()}
        if self._average:
            tensors |= {f"average.{name}": value for name, value in self._average.state_dict().items()}
        for index, entries in self._optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": value for name, value in entries.items()}
        return TrainingState(
            {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()},
            self.epoch,
            self._seconds,
        )

    def _restore(self, state: TrainingState) -> None:
        self.epoch, self._seconds = state.epoch, state.seconds
        self.step = self.epoch * self.config.steps_per_epoch
        parts: dict[str, dict[str, Tensor]] = {"model": {}, "average": {}, "optimizer": {}}
        for name, value in state.tensors.items():
            part, _, rest = name.partition(".")
            parts[part][rest] = value
        self._model.load_state_dict(parts["model"])
        if self._average:
            self._average.load_state_dict(parts["average"])
        entries: dict[int, dict[str, Tensor]] = {}
        for name, value in parts["optimizer"].items():
            index, _, entry = name.partition(".")
            # The fused optimizers walk weight and state side by side in memory, so both need one layout.
            entries.setdefault(int(index), {})[entry] = (
                value.contiguous(memory_format=torch.channels_last) if value.dim() == 4 else value
            )
        self._optimizer.load_state_dict(self._optimizer.state_dict() | {"state": entries})

    def _clock(self) -> float:
        return self._seconds + perf_counter() - self._asked

    def _run(self) -> Generator[Event, None, None]:
        yield Started(
            device=str(self.device),
            precision=str(self.precision).removeprefix("torch."),
            threads=torch.get_num_threads(),
            parameters=sum(p.numel() for p in self._model.parameters()),
            steps_per_epoch=self.config.steps_per_epoch,
            total_steps=self._total_steps,
            epoch=self.epoch,
        )
        try:
            while self.epoch < self.config.epochs:
                yield from self._run_epoch()
        except _DivergedError:
            yield Failed(
                reason=f"Diverged: the loss became infinite or not a number in epoch {self.epoch + 1}. "
                f"Try a learning rate lower than {self.config.learning_rate:g}."
            )
            return
        result = evaluate(self.model, *self._test)
        yield Finished(step=self.step, test_loss=result.loss, test_accuracy=result.accuracy, seconds=self._clock())

    def _run_epoch(self) -> Iterator[Event]:
        # Everything random in an epoch follows from these two numbers, so that a resumed run repeats it.
        seed = self.config.shuffle_seed * 1_000_003 + self.epoch
        random = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)
        began = reported = self._clock()
        report_at = began + (REPORT_EVERY if self.epoch else FIRST_REPORT)
        recent, whole = _Tally(self.device), _Total()
        validating = 0.0
        self._model.train()
        for batch in torch.randperm(len(self._labels), generator=random).split(self.config.batch_size):
            rate = learning_rate(self.config, self.step, self._total_steps)
            self._train_on(batch.to(self.device), rate, random, recent)
            self.step += 1
            last = self.step % self.config.steps_per_epoch == 0
            if self._clock() < report_at and not last:
                continue
            total = recent.take()
            now = self._clock()
            if not math.isfinite(total.loss):
                raise _DivergedError
            yield Step(
                step=self.step,
                epoch=self.step / self.config.steps_per_epoch,
                loss=total.loss / total.count,
                accuracy=total.correct / total.count,
                learning_rate=rate,
                images_per_second=total.count / (now - reported),
                seconds=now,
            )
            whole.add(total)
            before = self._clock()
            if self.config.validation_size and not last and validating <= VALIDATION_SHARE * (before - began):
                yield self._measured(self._validate())
                validating += self._clock() - before
            reported = self._clock()
            report_at = reported + REPORT_EVERY
        self.epoch += 1
        validation = self._validate() if self.config.validation_size else None
        if validation:
            yield self._measured(validation)
        yield Epoch(
            epoch=self.epoch,
            step=self.step,
            train_loss=whole.loss / whole.count,
            train_accuracy=whole.correct / whole.count,
            validation_loss=validation.loss if validation else None,
            validation_accuracy=validation.accuracy if validation else None,
            seconds=self._clock(),
        )

    def _train_on(self, batch: Tensor, rate: float, random: torch.Generator, tally: _Tally) -> None:
        """One optimisation step on the images whose positions are `batch`, (B,)."""
        images, labels = to_input(self._images[batch]), self._labels[batch]
        if self.config.augmented:
            images = augment(images, self.config, random)
        # images: (B, 1, 28, 28) float32 in [0, 1]
        with torch.autocast(self.device.type, self.precision, enabled=self.precision != torch.float32):
            logits = self._model(images)
            loss = F.cross_entropy(logits, labels, label_smoothing=self.config.label_smoothing)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.step()
        if self._average:
            self._average.update_parameters(self._model)
        tally.add(loss.detach(), logits.detach(), labels)

    def _validate(self) -> Evaluation:
        return evaluate(self.model, *self._validation)

    def _measured(self, result: Evaluation) -> Validation:
        return Validation(
            step=self.step,
            epoch=self.step / self.config.steps_per_epoch,
            loss=result.loss,
            accuracy=result.accuracy,
            seconds=self._clock(),
        )


def train(
    config: TrainConfig, data: Mnist, *, device: torch.device | None = None, resume: TrainingState | None = None
) -> Training:
    """Return a training of `config` on `data` to iterate over; nothing is computed before the first event is asked for.

    Args:
        config: what to train, and how.
        data: the whole data set; the split follows from the config.
        device: where to compute; chosen by itself when absent.
        resume: the state at the end of an epoch of an equal run, to go on from there.
    """
    return Training(config, data, device=device, resume=resume)


class _DivergedError(Exception):
    pass


@dataclass(slots=True)
class _Total:
    """Sums over images, as plain numbers."""

    loss: float = 0.0
    correct: float = 0.0
    count: int = 0

    def add(self, other: _Total) -> None:
        self.loss += other.loss
        self.correct += other.correct
        self.count += other.count


class _Tally:
    """Sums kept on the device, so that no step waits for a number; only `take` does."""

    def __init__(self, device: torch.device) -> None:
        self._loss = torch.zeros((), device=device)
        self._correct = torch.zeros((), device=device)
        self._count = 0

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        self._loss += loss * len(labels)
        self._correct += (logits.argmax(1) == labels).sum()
        self._count += len(labels)

    def take(self) -> _Total:
        """Return the sums since the last call and start anew."""
        total = _Total(self._loss.item(), self._correct.item(), self._count)
        self._loss.zero_()
        self._correct.zero_()
        self._count = 0
        return total


def _optimizer(config: TrainConfig, model: DigitNet) -> Optimizer:
    weights, rate, decay = model.parameters(), config.learning_rate, config.weight_decay
    match config.optimizer:
        case "sgd":
            return SGD(weights, rate, weight_decay=decay, fused=True)
        case "momentum":
            return SGD(weights, rate, momentum=0.9, nesterov=True, weight_decay=decay, fused=True)
        case "adam":
            return Adam(weights, rate, weight_decay=decay, fused=True)
        case "adamw":
            return AdamW(weights, rate, weight_decay=decay, fused=True)
        case "rmsprop":  # has no fused form
            return RMSprop(weights, rate, weight_decay=decay, foreach=True)
