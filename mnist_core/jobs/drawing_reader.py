"""Reads the watched drawings of a run under way with its network as it is, at next to no cost."""

from __future__ import annotations

import math
import time

import numpy as np
from numpy.typing import NDArray

from mnist_core.model.inference import predict_logits
from mnist_core.model.network import DigitNet
from mnist_core.model.softmax import softmax
from mnist_core.runs.run import Run
from mnist_core.runs.watched import LARGEST_READINGS, MOST_DRAWINGS, Readings, to_json

SHARE = 0.015
"""Readings may take this share of the processor time; the first one, which is slow, is not counted."""
RARER = 0.002
"""Share of the training so far for which the next reading waits at least, so that the record of an hour stays short."""
SLOW = 0.1
"""Seconds between readings in slow motion, in which the processor has nothing better to do."""


class DrawingReader:
    """Reads the drawings of one run. It changes nothing: with or without it, the same weights come out."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._images: dict[str, NDArray[np.uint8]] = {}
        self._step = -1
        self._due = self._looked = self._worked = 0.0
        self._credit = math.inf
        """Seconds of processor time that readings may take now."""

    def read_if_due(self, model: DigitNet, step: int, epoch: float, seconds: float, *, slow: bool) -> None:
        """Record what `model` reads in the drawings after `step` steps, unless the last time is too short ago.

        Args:
            model: the network as it is now.
            step: optimisation steps done.
            epoch: epochs done, with the fraction.
            seconds: of training so far.
            slow: whether it trains in slow motion.

        Raises:
            OSError: the disk is full or the run's directory cannot be written.
        """
        # Not by the clock on the wall: on a busy machine, one reading may take as long as a hundred others.
        worked = time.thread_time()
        self._credit, self._worked = self._credit + SHARE * (worked - self._worked), worked
        due = time.monotonic() >= self._looked + SLOW if slow else self._credit >= 0 and seconds >= self._due
        if step == self._step or not due:
            return
        self.read(model, step, epoch)
        took = time.thread_time() - worked
        self._credit = 0.0 if self._credit == math.inf else self._credit - took
        self._due, self._looked = seconds * (1 + RARER), time.monotonic()

    def read(self, model: DigitNet, step: int, epoch: float) -> None:
        """Record it now; raises what `read_if_due` does."""
        watched = self._run.watched
        keys = watched.keys()
        for key in keys - self._images.keys():
            image = watched.image(key)
            if image is not None and len(self._images) < MOST_DRAWINGS:
                self._images[key] = image
        if not self._images:
            return
        self._step = step
        probabilities = softmax(predict_logits(model, np.stack(list(self._images.values()))).numpy())
        if not np.isfinite(probabilities).all():
            return  # the training finds out by itself
        thousandths = (probabilities * 1000).round().astype(int).tolist()
        line = to_json(Readings(step, round(epoch, 6), dict(zip(self._images, thousandths, strict=True))))
        with watched.readings.open("ab") as file:
            if file.tell() < LARGEST_READINGS:
                file.write(line.encode() + b"\n")
