"""The process that measures a machine: python -m mnist_core.jobs.machine_measurement

It does a few steps of a small, a middle and a large network with each number of threads and in each number format,
first alone and then beside a process that never rests, and keeps the timings (`mnist_core.jobs.machine`). Threads that
wait spin in the first case and sleep in the second one, as those of a run do.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from time import perf_counter, process_time

import torch

from mnist_core.jobs.cores import cores
from mnist_core.jobs.machine import Measured, Timing, this_machine, write_measured
from mnist_core.jobs.sample_steps import SampleSteps, StepTime
from mnist_core.jobs.spin_control import threads_sleep
from mnist_core.model.arithmetic import NumberFormat
from mnist_core.model.device import choose_device
from mnist_core.openmp import spins

NETWORKS = ("notebook", "fast", "best")
"""Presets: a small network with batches of 8 images, a middle one with 96, a large one with 128."""
FORMATS: tuple[NumberFormat, ...] = ("float32", "bfloat16")
_MOMENT = 0.08
"""Seconds that one network trains one way before it is the next one's turn; one step at least."""
_PART = 1.5
"""Seconds after which no further round is begun: of one thread, of all ways alone, and beside a busy process."""
_MOST_ROUNDS = 5
_BUSY = "import os, sys\nparent = int(sys.argv[1])\nwhile os.getppid() == parent: pass"
"""It ends with the process that started it, also when that one is killed before this one has begun."""

_DISTURBED = 1.25
"""Seconds a step for each second of its one thread's work, from which on other programs are taken to hold the cores."""

_Way = tuple[str, int, NumberFormat]
"""Network, threads and number format."""
_Samples = dict[tuple[str, NumberFormat], SampleSteps]


def thread_counts(cores: int) -> list[int]:
    """Return the numbers of threads to try: 1, 2, 4 and so on, all `cores`, and all but one."""
    powers = [2**n for n in range(cores.bit_length())]
    return sorted({*powers, max(1, cores - 1), cores})


def measure(device: torch.device) -> tuple[Timing, ...]:
    """Time every network in every way; on a processor that other programs keep busy, with one thread alone.

    Beside other programs it is chance how often two threads have a core each at the same time, and one thread is the
    better choice. The processor time of one thread, which then counts, hardly depends on what else is at work.
    """
    samples: _Samples = {}
    for network in NETWORKS:
        for precision in FORMATS:
            sample = SampleSteps(network, precision, device)
            with contextlib.suppress(RuntimeError):  # a device that knows no such format
                sample.step()
                samples[network, precision] = sample
    single = _rounds(samples, [1], process_time)  # as many steps on a busy machine as on an idle one
    if device.type == "cpu" and _disturbed(single):
        least = {way: min(step.processor_seconds for step in steps) for way, steps in single.items()}
        return tuple(Timing(network=n, threads=t, precision=p, alone=s, beside=s) for (n, t, p), s in least.items())
    counts = thread_counts(cores())
    alone = _rounds(samples, counts)
    with _busy_process(), _threads_sleep():
        beside = _rounds(samples, counts)
    return tuple(
        Timing(
            network=network,
            threads=threads,
            precision=precision,
            alone=min(step.seconds for step in steps),
            beside=statistics.mean(step.seconds for step in beside[network, threads, precision]),
        )
        for (network, threads, precision), steps in alone.items()
    )


def _rounds(
    samples: _Samples, counts: Sequence[int], clock: Callable[[], float] = perf_counter
) -> dict[_Way, list[StepTime]]:
    """Let every network train a moment every way, in turn, so that what disturbs one disturbs the others alike.

    Args:
        samples: the networks, in each number format.
        counts: numbers of threads.
        clock: what tells how long a moment is, in seconds.

    Returns:
        Of each way, what its steps took.
    """
    steps: dict[_Way, list[StepTime]] = {}
    began = clock()
    for _ in range(_MOST_ROUNDS):
        for threads in counts:
            torch.set_num_threads(threads)
            for (network, precision), sample in samples.items():
                taken = steps.setdefault((network, threads, precision), [])
                if not taken:
                    sample.step()  # pays for memory and kernels that this way needs
                moment = clock()
                while not taken or clock() - moment < _MOMENT:
                    taken.append(sample.step())
        if clock() - began > _PART:
            break
    return steps


def _disturbed(single: Mapping[_Way, Sequence[StepTime]]) -> bool:
    """Return whether one thread had to wait for a core."""
    every = [step for steps in single.values() for step in steps]
    return sum(step.seconds for step in every) > _DISTURBED * sum(step.processor_seconds for step in every)


@contextlib.contextmanager
def _threads_sleep() -> Iterator[None]:
    torch.set_num_threads(cores())
    with threads_sleep() if spins() and cores() > 1 else contextlib.nullcontext():
        yield


@contextlib.contextmanager
def _busy_process() -> Iterator[None]:
    busy = subprocess.Popen([sys.executable, "-c", _BUSY, str(os.getpid())])
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
