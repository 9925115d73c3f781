"""A worker process whose runs only sleep for SECONDS and report as real ones do: python -m benchmarks.simulated_worker

As Dask's `--preload benchmarks.simulated_worker` it lets a Dask worker start such processes in place of real ones.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from mnist_core.asker import COMMAND_LINE
from mnist_core.events import Finished, Started, Step
from mnist_core.runs.run import Run

SECONDS = "DIGIT_LAB_SIMULATED_SECONDS"
"""Environment variable: how long a run takes."""
_REPORT_EVERY = 0.25
"""Seconds."""
_STARTED = Started(
    device="cpu", precision="float32", threads=1, parameters=1, steps_per_epoch=100, total_steps=100, epoch=0
)


def dask_setup(worker: Any) -> None:
    """Let the processes of a Dask worker be simulated ones; Dask calls it."""
    from mnist_core.cluster import remote

    remote.worker_command = lambda threads: [sys.executable, "-m", "benchmarks.simulated_worker"]


def main() -> None:
    """Carry out the runs whose directories come on standard input, one a line."""
    seconds = float(os.environ[SECONDS])
    for line in sys.stdin:
        run = Run(Path(line.strip()))
        with run.lock():
            until, step = time.monotonic() + seconds, 0
            (run.path / "worker.json").write_text("{}")
            run.append(_STARTED)
            run.dequeue(asker=COMMAND_LINE)
            while (left := until - time.monotonic()) > 0:
                time.sleep(min(_REPORT_EVERY, left))
                step += 1
                run.append(_step(step))
            run.append(Finished(step=step, test_loss=0.1, test_accuracy=0.9, seconds=seconds))


def _step(number: int) -> Step:
    return Step(
        step=number,
        epoch=number / 100,
        loss=1.0,
        accuracy=0.5,
        learning_rate=0.1,
        images_per_second=100.0,
        seconds=number * _REPORT_EVERY,
    )


if __name__ == "__main__":
    main()
