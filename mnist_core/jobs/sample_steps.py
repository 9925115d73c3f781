"""Steps of a preset on images of noise, one after another and timed: what they take does not depend on the images."""

from __future__ import annotations

from time import perf_counter, process_time
from typing import NamedTuple

import torch

from mnist_core.model.arithmetic import NumberFormat
from mnist_core.presets import preset
from mnist_core.training.step import TrainedNetwork
from mnist_core.training.totals import RunningTotals

_RATE = 1e-4
"""So low that no weight becomes infinite however many steps are done."""


class StepTime(NamedTuple):
    """How long one step took."""

    seconds: float
    processor_seconds: float
    """Of all threads; less than `seconds` where one thread had to wait for a core."""


class SampleSteps:
    """The network of a preset, ready to be trained step by step."""

    def __init__(self, name: str, precision: NumberFormat, device: torch.device) -> None:
        config = preset(name)
        self._random = torch.Generator().manual_seed(0)
        self._images = torch.randint(256, (config.batch_size, 28, 28), generator=self._random, dtype=torch.uint8)
        self._labels = torch.randint(10, (config.batch_size,), generator=self._random)
        self._images, self._labels = self._images.to(device), self._labels.to(device)
        self._network = TrainedNetwork(config, device, precision)
        self._totals = RunningTotals()
        self._number = 0

    def step(self) -> StepTime:
        """Do one step of the preset's batch size; return how long it took."""
        began, worked = perf_counter(), process_time()
        self._number += 1
        self._network.step(self._images, self._labels, self._number, _RATE, self._random, self._totals)
        self._totals.take()  # reads numbers, and so waits for a graphics card to be done
        return StepTime(perf_counter() - began, process_time() - worked)
