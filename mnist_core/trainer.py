"""Training is an iterator of events: the caller owns time, output and files; this module knows none of them."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.augment import augment
from mnist_core.config import TrainConfig
from mnist_core.data import Mnist, split
from mnist_core.device import choose_device, choose_precision
from mnist_core.evaluate import Evaluation, evaluate
from mnist_core.events import Epoch, Event, Failed, Finished, Started, Step, Validation
from mnist_core.inspection import Inspector
from mnist_core.model import DigitNet, build_model, to_input
from mnist_core.optimizer import Average, flatten, make_optimizer, pooled_first
from mnist_core.schedule import learning_rate
from mnist_core.tally import Tally, Total

FIRST_REPORT, REPORT_EVERY = 0.05, 0.25
"""Seconds of training before the first report, and between reports: the cost does not depend on the batch size."""
VALIDATION_SHARE = 0.05
"""Within an epoch, validation is measured as often as it keeps below this share of the time."""


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
        # channels-last: a step of the notebook preset takes 2.3 ms instead of 2.8 ms.
        self._model = build_model(config).to(self.device).to(memory_format=torch.channels_last)
        self._forward = pooled_first(self._model)
        vectors = flatten(self._model)
        self._gradients = vectors.gradients
        self._optimizer = make_optimizer(config, vectors)
        self._average = None
        if config.weight_averaging:
            twin = build_model(config).to(self.device).to(memory_format=torch.channels_last)
            self._average = Average(twin, vectors, config.weight_averaging)
        self._inspector = Inspector(self._model, self._optimizer, self._images)
        self._total_steps = config.steps_per_epoch * config.epochs
        self._seconds = 0.0
        if resume:
            self._restore(resume)
        self._asked = perf_counter()
        self._events = self._run()

    @property
    def model(self) -> DigitNet:
        """The network as it would be used now: with averaged weights, if the config averages them."""
        return self._average.model if self._average else self._model

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
            tensors |= {f"average.{name}": value for name, value in self._average.model.state_dict().items()}
        for entries in self._optimizer.state_dict()["state"].values():  # at most one: the vector of all weights
            tensors |= {f"optimizer.{name}": value for name, value in entries.items() if value is not None}
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
            self._average.model.load_state_dict(parts["average"])
        if parts["optimizer"]:
            self._optimizer.load_state_dict(self._optimizer.state_dict() | {"state": {0: parts["optimizer"]}})

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
            result = self._evaluate(self._test)
        except _DivergedError:
            yield Failed(
                reason=f"Diverged: the loss became infinite or not a number in epoch {self.epoch + 1}. "
                f"Try a learning rate lower than {self.config.learning_rate:g}."
            )
            return
        yield Finished(step=self.step, test_loss=result.loss, test_accuracy=result.accuracy, seconds=self._clock())

    def _run_epoch(self) -> Iterator[Event]:
        # Everything random in an epoch follows from these two numbers, so that a resumed run repeats it.
        seed = self.config.shuffle_seed * 1_000_003 + self.epoch
        random = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)
        began = reported = self._clock()
        report_at = began + (REPORT_EVERY if self.epoch else FIRST_REPORT)
        recent, whole = Tally(), Total()
        validating, one_validation = 0.0, 0.0
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
            pace = total.count / (now - reported)
            if inspection := self._inspector.report(self.step, self.step / self.config.steps_per_epoch, now):
                yield inspection
            yield Step(
                step=self.step,
                epoch=self.step / self.config.steps_per_epoch,
                loss=total.loss / total.count,
                accuracy=total.correct / total.count,
                learning_rate=rate,
                images_per_second=pace,
                seconds=now,
            )
            whole.add(total)
            before = self._clock()
            # Before the first one has been timed: reading an image takes about a third of training on it.
            expected = one_validation or self.config.validation_size / (3 * pace)
            affordable = validating + expected <= VALIDATION_SHARE * (before - began)
            if self.config.validation_size and not last and affordable:
                yield self._measured(self._evaluate(self._validation))
                one_validation = self._clock() - before
                validating += one_validation
            reported = self._clock()
            report_at = reported + REPORT_EVERY
        self.epoch += 1
        validation = self._evaluate(self._validation) if self.config.validation_size else None
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

    def _train_on(self, batch: Tensor, rate: float, random: torch.Generator, tally: Tally) -> None:
        """One optimisation step on the images whose positions are `batch`, (B,)."""
        images, labels = to_input(self._images[batch]), self._labels[batch]
        if self.config.augmented:
            # On the processor, where its random numbers are drawn: the same images whatever the device.
            images = augment(images.cpu(), labels.cpu(), self.config, random).to(self.device)
        # images: (B, 1, 28, 28) float32 in [0, 1]
        with self._arithmetic():
            logits = self._forward(images)
            loss = F.cross_entropy(logits, labels, label_smoothing=self.config.label_smoothing)
        loss.backward()
        self._optimizer.param_groups[0]["lr"] = rate
        self._optimizer.step()
        self._gradients.zero_()
        if self._average:
            self._average.update(self.step + 1)
        tally.add(loss.detach(), logits.detach(), labels)

    def _arithmetic(self) -> AbstractContextManager[object]:
        if self.precision == torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, self.precision)

    def _evaluate(self, held_back: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> Evaluation:
        result = evaluate(self.model, *held_back)
        if not math.isfinite(result.loss):  # the last step's loss was finite, the weights after it are not
            raise _DivergedError
        return result

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
