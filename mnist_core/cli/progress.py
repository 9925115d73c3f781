"""A run carried out at the command line: a progress bar, a table row an epoch, where it is kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from mnist_core.config import TEST_IMAGES
from mnist_core.evaluation.intervals import wilson
from mnist_core.events import Epoch, Event, Failed, Finished, RateChanged, Started, Step, Stopped
from mnist_core.formatting import arithmetic
from mnist_core.history import History
from mnist_core.jobs.choice import Threads
from mnist_core.jobs.execution import execute
from mnist_core.jobs.machine import measure_once, read_measured
from mnist_core.model.device import choose_device
from mnist_core.runs.run import Run
from mnist_core.storage.atomic import write_atomically


def carry_out(run: Run, output: str | Path | None, threads: int | None) -> int:
    """Train `run` and print as it goes.

    Args:
        run: a new run, or one that goes on. Before a new one the machine is measured, if it has not been yet.
        output: a file to which its network is copied.
        threads: threads to compute with, set by hand; None: as many as were measured to be fastest.

    Returns:
        The exit code.
    """
    if run.history().started is None:
        measure_machine()
    return show(run, execute(run, Threads(by_hand=threads)), output)


def show(run: Run, events: Iterable[Event], output: str | Path | None) -> int:
    """Print the events of `run` as they come, and where it is; copy its network to `output`. Return the exit code."""
    progress = _Progress()
    for event in events:
        progress.show(event)
    print(f"run: {os.path.relpath(run.path)}")
    if progress.failed:
        print(f"error: {progress.failed}", file=sys.stderr)
        return 2
    if output:
        try:
            write_atomically(output, run.snapshot.read_bytes())
        except OSError as error:
            print(f"error: cannot write {output}: {error.strerror}", file=sys.stderr)
            return 2
        print(f"network: {output}")
    return 0


def measure_machine() -> None:
    """Measure this machine if nothing is kept of it, and say so first: it takes seconds."""
    if read_measured() is None:
        print("measuring what is fastest on this machine, once", file=sys.stderr, flush=True)
    measure_once(choose_device().type)


class _Progress:
    """Prints a run: a progress bar that redraws itself on a terminal, and one table row an epoch."""

    def __init__(self) -> None:
        self._history = History()
        self._terminal = sys.stderr.isatty()
        self.failed = ""

    def show(self, event: Event) -> None:
        self._history.add(event)
        match event:
            case Started():
                computes = arithmetic(event.threads, event.threads_reason, event.precision, event.precision_reason)
                print(f"{event.parameters:,} parameters on {event.device}, {computes}")
                print("epoch   training loss  accuracy   validation loss  accuracy   seconds")
            case Step():
                self._draw(event)
            case Epoch():
                self._clear()
                validation = f"{'-':>15}  {'-':>8}"
                if event.validation_loss is not None and event.validation_accuracy is not None:
                    validation = f"{event.validation_loss:15.4f}  {event.validation_accuracy:8.2%}"
                print(
                    f"{event.epoch:5d}   {event.train_loss:13.4f}  {event.train_accuracy:8.2%}   {validation}"
                    f"   {event.seconds:7.1f}",
                    flush=True,
                )
            case Finished():
                low, high = wilson(round(event.test_accuracy * TEST_IMAGES), TEST_IMAGES)
                if event.best_epoch:
                    early = "ended early; " if self._history.ended_early else ""
                    print(f"{early}the weights of epoch {event.best_epoch}, with the lowest validation loss, are used")
                if event.max_seconds:
                    print(f"ended after {event.max_seconds:,} s of training, its limit, in step {event.step:,}")
                print(f"test accuracy: {event.test_accuracy:.2%} (95 % interval {low:.2%} to {high:.2%})")
            case RateChanged():
                self._clear()
                print(f"learning rate {event.old:.3g} -> {event.new:.3g} at step {event.step}")
            case Stopped():
                print("stopped; the weights of the last report are kept")
            case Failed():
                self._clear()
                self.failed = event.reason

    def _draw(self, event: Step) -> None:
        if not self._terminal:
            return
        done = round(30 * self._history.progress)
        left = self._history.seconds_left
        rest = "" if left is None else f"  {left:,.0f} s left"
        sys.stderr.write(
            f"\r[{'#' * done}{'.' * (30 - done)}] {self._history.progress:4.0%}  loss {event.loss:.4f}"
            f"  {event.images_per_second:,.0f} images/s{rest}\x1b[K"
        )
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
