"""The process that measures a machine: python -m mnist_core.jobs.machine_measurement

It does a few steps of a small, a middle and a large network with each number of threads and in each number format,
first alone and then beside a process that never rests, and keeps the timings (`mnist_core.jobs.machine`).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from time import perf_counter

import torch

from mnist_core.jobs.cores import cores
from mnist_core.jobs.machine import Measured, Timing, this_machine, write_measured
from mnist_core.jobs.sample_steps import SampleSteps
from mnist_core.model.arithmetic import NumberFormat
from mnist_core.model.device import choose_device

NETWORKS = ("notebook", "fast", "best")
"""Presets: a small network with batches of 8 images, a middle one with 96, a large one with 128."""
FORMATS: tuple[NumberFormat, ...] = ("float32", "bfloat16")
_MOMENT = 0.08
"""Seconds that one network trains one way before it is the next one's turn; one step at least."""
_PART = 2.5
"""Seconds after which no further round is begun, of the rounds alone and of those beside a busy process."""
_MOST_ROUNDS = 5
_BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"
"""It ends with the process that started it, also when that one is killed."""

_Steps = dict[tuple[str, int, NumberFormat], list[float]]
"""Seconds of single steps, by network, threads and number format."""


def thread_counts(cores: int) -> list[int]:
    """Return the numbers of threads to try: 1, 2, 4 and so on, all `cores`, and all but one."""
    powers = [2**n for n in range(cores.bit_length())]
    return sorted({*powers, max(1, cores - 1), cores})


def measure(device: torch.device) -> tuple[Timing, ...]:
    """Time every network in every way."""
    samples: dict[tuple[str, NumberFormat], SampleSteps] = {}
    for network in NETWORKS:
        for precision in FORMATS:
            sample = SampleSteps(network, precision, device)
            with contextlib.suppress(RuntimeError):  # a device that knows no such format
                sample.step()
                samples[network, precision] = sample
    alone = _rounds(samples)
    with _busy_process():
        beside = _rounds(samples)
    return tuple(
        Timing(
            network=network,
            threads=threads,
            precision=precision,
            alone=min(steps),
            beside=sum(beside[network, threads, precision]) / len(beside[network, threads, precision]),
        )
        for (network, threads, precision), steps in alone.items()
    )


def _rounds(samples: dict[tuple[str, NumberFormat], SampleSteps]) -> _Steps:
    """Let every network train a moment every way, in turn, so that what disturbs one disturbs the others alike."""
    steps: _Steps = {}
    began = perf_counter()
    for _ in range(_MOST_ROUNDS):
        for threads in thread_counts(cores()):
            torch.set_num_threads(threads)
            for (network, precision), sample in samples.items():
                taken = steps.setdefault((network, threads, precision), [])
                if not taken:
                    sample.step()  # pays for memory and kernels that this way needs
                moment = perf_counter()
                while not taken or perf_counter() - moment < _MOMENT:
                    taken.append(sample.step())
        if perf_counter() - began > _PART:
            break
    return steps


@contextlib.contextmanager
def _busy_process() -> Iterator[None]:
    busy = subprocess.Popen([sys.executable, "-c", _BUSY])
    try:
        yield
    finally:
        busy.kill()
        busy.wait()


def main() -> None:
    """Measure this machine and keep what was found."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    device = choose_device()
    measured = Measured(
        machine=this_machine(),
        device=device.type,
        when=datetime.now().astimezone().isoformat(timespec="seconds"),
        load=load,
        timings=measure(device),
    )
    try:
        write_measured(measured)
    except OSError:
        sys.exit(1)  # who asked says that nothing is known


if __name__ == "__main__":
    main()
