"""What a second thread gains, idle and beside a busy process, by OpenMP's wait policy: python -m benchmarks.threads

The reason for `mnist_core.openmp` and `mnist_core.jobs.spin_control`. All programs are started first and then train in
turn, a moment each, so that what else the machine does meets all of them alike. What other programs took meanwhile is
measured too: of all moments, those count in which that was least.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from time import perf_counter

import psutil
import torch

from benchmarks.machine import machine
from mnist_core.jobs.cores import cores
from mnist_core.jobs.sample_steps import SampleSteps
from mnist_core.jobs.spin_control import SpinControl
from mnist_core.openmp import SET_BY_HAND, SLEEP, SPIN
from mnist_core.presets import PRESETS, preset

POLICIES: dict[str, dict[str, str]] = {
    "ours": SPIN,  # until other programs want the cores
    "sleep": SLEEP,
    "libgomp's own": {"GOMP_SPINCOUNT": "300000"},  # what it takes when nothing is set
    "passive": {"OMP_WAIT_POLICY": "passive"},
}
_BUSY = "while True: pass"
_SETTLE = 1.5
"""Seconds before each moment that do not count: threads spin a second after other programs have left the cores."""
_QUIETEST = 3
"""The share of the moments that count: one in so many."""


class Program:
    """A training in a process of its own, which goes on for a moment whenever it is told to."""

    def __init__(self, policy: dict[str, str], preset_name: str, threads: int, precision: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in SET_BY_HAND} | policy
        command = [sys.executable, "-m", "benchmarks.threads", "--train", str(threads)]
        command += ["--preset", preset_name, "--precision", precision]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._watched = psutil.Process(self._process.pid)
        self._read()
        self.moments: dict[int, list[tuple[float, float]]] = {}
        """By the number of busy processes beside it: cores that other programs took, and images per second."""

    def train(self, seconds: float, beside: list[subprocess.Popen[bytes]]) -> None:
        """Let it train for a moment."""
        assert self._process.stdin
        watched = [self._watched, *(psutil.Process(other.pid) for other in beside)]
        began, worked = perf_counter(), _worked() - sum(map(_worked_by, watched))
        self._process.stdin.write(f"{seconds}\n")
        pace = float(self._read())
        others = (_worked() - sum(map(_worked_by, watched)) - worked) / (perf_counter() - began)
        self.moments.setdefault(len(beside), []).append((max(0.0, others), pace))

    def _read(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()

    def end(self) -> None:
        """End its process."""
        self._process.kill()
        self._process.wait()


def _worked() -> float:
    """Return the seconds of processor time that all programs took so far."""
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice + times.irq + times.softirq + times.steal)


def _worked_by(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _train(preset_name: str, threads: int, precision: str) -> None:
    """Train for as many seconds as each line of stdin says, and print the images per second."""
    torch.set_num_threads(threads)
    sample = SampleSteps(preset_name, "bfloat16" if precision == "bfloat16" else "float32", torch.device("cpu"))
    for _ in range(5):
        sample.step()
    print("ready", flush=True)
    spin = SpinControl()
    for line in sys.stdin:
        for seconds in (_SETTLE, float(line)):
            steps, began = 0, perf_counter()
            while perf_counter() - began < seconds:
                sample.step()
                spin.look()
                steps += 1
        print(steps * preset(preset_name).batch_size / (perf_counter() - began), flush=True)


def _measure(programs: list[Program], rounds: int, seconds: float) -> None:
    for _ in range(rounds):
        for busy in (0, 1):
            beside = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(busy)]
            try:
                for program in programs:
                    program.train(seconds, beside)
            finally:
                for other in beside:
                    other.kill()
                    other.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.threads", description=__doc__)
    parser.add_argument("--rounds", type=int, default=6, help="how often each program trains (default: 6)")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long at a time (default: 0.5)")
    parser.add_argument("--preset", choices=PRESETS, default="fast", help="which network (default: fast)")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--train", type=int, metavar="THREADS", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.train:
        _train(arguments.preset, arguments.train, arguments.precision)
        return
    one = Program(SLEEP, arguments.preset, 1, arguments.precision)
    many = {name: Program(policy, arguments.preset, cores(), arguments.precision) for name, policy in POLICIES.items()}
    programs = [one, *many.values()]
    try:
        _measure(programs, arguments.rounds, arguments.seconds)
    finally:
        for program in programs:
            program.end()
    print(f"{machine()}; preset {arguments.preset} in {arguments.precision}; load {os.getloadavg()[0]:.1f}")
    for busy in (0, 1):
        pace, others = _quiet(one.moments[busy])
        print(f"beside {busy} busy process(es); others took {others:.2f} cores")
        print(f"  1 thread                {pace:8,.0f} images/s")
        for name, program in many.items():
            received, others = _quiet(program.moments[busy])
            print(
                f"  {cores()} threads, {name:13} {received:8,.0f} images/s, {received / pace:5.2f} x as fast as 1; "
                f"others took {others:.2f} cores",
                flush=True,
            )


def _quiet(moments: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the median pace of the quietest moments, and how many cores other programs took in them at most."""
    quiet = sorted(moments)[: max(1, len(moments) // _QUIETEST)]
    return statistics.median(pace for _, pace in quiet), quiet[-1][0]


if __name__ == "__main__":
    main()
