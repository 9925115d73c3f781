"""What watched drawings cost a training, as a share of its time: python -m benchmarks.watched

Each preset trains for some seconds, with a dozen drawings and with as many as a run takes. What is told is the
processor time that the worker spends on reading them and recording it, of all that it takes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.machine import machine
from mnist_core.asker import TEACHER
from mnist_core.data.mnist import load_mnist
from mnist_core.events import Finished, Started
from mnist_core.jobs.drawing_reader import DrawingReader
from mnist_core.jobs.execution import execute
from mnist_core.presets import preset
from mnist_core.runs.store import create_run
from mnist_core.runs.watched import MOST_DRAWINGS

_spent = 0.0
_read_if_due = DrawingReader.read_if_due


def _timed(self: DrawingReader, *arguments: object, slow: bool) -> None:
    global _spent
    began = time.thread_time()
    _read_if_due(self, *arguments, slow=slow)  # type: ignore[arg-type]
    _spent += time.thread_time() - began


def measure(name: str, drawings: int, seconds: float) -> None:
    """Train a preset for some seconds while it watches so many drawings, and print what these cost."""
    global _spent
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(preset(name).replace(epochs=50, schedule_epochs=0), name, Path(folder), asker=TEACHER)
        run.watched.add(load_mnist().test_images[:drawings], asker=TEACHER)
        training: Any = execute(run)
        for event in training:
            if isinstance(event, Started):
                _spent, began, worked = 0.0, time.perf_counter(), time.thread_time()
            elif time.perf_counter() - began > seconds or isinstance(event, Finished):
                break
        took, work = time.perf_counter() - began, time.thread_time() - worked
        training.close()
        looks = len(run.watched.readings.read_bytes().splitlines())
    print(
        f"{name:10} {drawings:3} drawings: {_spent / work:.2%} of {work:.1f} s of processor time in {took:.0f} s; "
        f"{looks / work:.1f} looks a second of it"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.watched", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="how long to train each time (default: 20)")
    arguments = parser.parse_args()
    DrawingReader.read_if_due = _timed  # type: ignore[method-assign,assignment]
    torch.set_num_threads(1)
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}")
    for name in ("fast", "notebook", "best"):
        for drawings in (12, MOST_DRAWINGS):
            measure(name, drawings, arguments.seconds)


if __name__ == "__main__":
    main()
