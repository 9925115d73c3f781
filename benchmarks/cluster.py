"""What a cluster costs: python -m benchmarks.cluster

First, seconds a run: short trainings one after the other, by this machine's own worker and by a cluster with one.
Then, of clusters with 1, 4, 16 and 64 places, the share of the ideal throughput: their runs only sleep, so that all
places can be on this machine. Each place carries out two runs; scheduler, workers and app are real, on loopback.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.simulated_worker import SECONDS
from mnist_core.asker import TEACHER
from mnist_core.cluster.launcher import Cluster
from mnist_core.config import TrainConfig
from mnist_core.jobs.cores import cores
from mnist_core.jobs.launcher import Launcher
from mnist_core.jobs.scheduler import Jobs
from mnist_core.jobs.worker_process import LocalWorkers
from mnist_core.paths import machine_file
from mnist_core.runs.run import Run

_SHORT = TrainConfig(
    filters=(4,), kernel_sizes=(3,), dense=(), batch_size=50, epochs=2, train_size=500, validation_size=200
)
_IN_ONE_PROCESS = 16
"""Places of a Dask worker process."""
_ROUNDS = 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="short trainings (default: 20; 0: none)")
    parser.add_argument("--seconds", type=float, default=10.0, help="that a simulated run takes (default: 10)")
    parser.add_argument("--places", type=int, nargs="*", default=[1, 4, 16, 64], help="(default: 1 4 16 64)")
    arguments = parser.parse_args()
    print(machine())
    os.environ["DIGIT_LAB_MACHINE"] = str(machine_file().resolve())  # not beside these runs: it would be measured anew
    if arguments.runs:
        with tempfile.TemporaryDirectory() as folder:
            here = seconds_a_run(LocalWorkers(cores()), Path(folder), arguments.runs)
        with started(1) as address, tempfile.TemporaryDirectory() as folder:
            there = seconds_a_run(Cluster(address, shared_disk=False), Path(folder), arguments.runs)
        print(f"a short training: {here:.2f} s here, {there:.2f} s on a cluster: {there - here:+.2f} s a run")
    os.environ[SECONDS] = str(arguments.seconds)
    for places in arguments.places:
        simulated = started(places, "--preload", "benchmarks.simulated_worker")
        with simulated as address, tempfile.TemporaryDirectory() as folder:
            took = seconds_of_all(Cluster(address, shared_disk=False), Path(folder), places)
        ideal = _ROUNDS * arguments.seconds
        print(
            f"{places:3d} places, {_ROUNDS * places:3d} runs of {arguments.seconds:g} s: {took:.2f} s, "
            f"{ideal / took:.1%} of ideal, {(took - ideal) / _ROUNDS:.2f} s lost a run",
            flush=True,
        )


def seconds_a_run(launcher: Launcher, folder: Path, count: int) -> float:
    """Return the median time from a run's start until its record is whole, of runs one after the other."""
    with opened(launcher, folder, 1) as jobs:
        took = []
        for _ in range(count + 1):
            began = time.monotonic()
            wait_for_end([jobs.start(_SHORT, "short", asker=TEACHER)])
            took.append(time.monotonic() - began)
    return statistics.median(took[1:])  # the first one waits for its worker to load torch


def seconds_of_all(launcher: Launcher, folder: Path, places: int) -> float:
    """Return how long the rounds of simulated runs take, after one round in which the processes start."""
    with opened(launcher, folder, places) as jobs:
        for rounds in (1, _ROUNDS):
            began = time.monotonic()
            wait_for_end([jobs.start(_SHORT, "simulated", asker=TEACHER) for _ in range(rounds * places)])
        return time.monotonic() - began


def wait_for_end(runs: list[Run]) -> None:
    """Wait until all runs have finished."""
    for run in runs:
        while not (run.queue_number() is None and (history := run.history()).end):
            time.sleep(0.02)
        if run.status(history) != "finished":
            raise SystemExit(f"a run has {run.status(history)}: {history.end}")


@contextmanager
def opened(launcher: Launcher, folder: Path, places: int) -> Iterator[Jobs]:
    """Return jobs that have so many places."""
    jobs = Jobs(folder / "runs", launcher)
    try:
        while jobs.places < places:
            time.sleep(0.1)
        yield jobs
    finally:
        jobs.close()


@contextmanager
def started(places: int, *options: str) -> Iterator[str]:
    """Start a scheduler and workers with so many places; return the scheduler's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, host = f"tcp://127.0.0.1:{port}", ("--host", "127.0.0.1", "--no-dashboard")
    threads = min(places, _IN_ONE_PROCESS)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        commands: list[tuple[str, ...]] = [("dask_scheduler", *host, "--port", str(port))]
        worker = ("dask_worker", address, *host, "--no-nanny", "--nthreads", str(threads), "--local-directory", folder)
        commands += [(*worker, *options)] * (places // threads)
        for module, *rest in commands:
            command = [sys.executable, "-m", f"distributed.cli.{module}", *rest]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.kill)
        yield address


if __name__ == "__main__":
    main()
