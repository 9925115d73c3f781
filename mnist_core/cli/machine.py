"""machine: show what was measured of this machine, and what a run takes from it; or measure it again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mnist_core.errors import RunError
from mnist_core.formatting import arithmetic
from mnist_core.jobs.choice import Threads, choose, was_busy
from mnist_core.jobs.cores import share_out
from mnist_core.jobs.machine import Measured, Timing, measure_once
from mnist_core.paths import machine_file
from mnist_core.presets import preset

_LONGEST = 600.0
"""Seconds: who asks for a measurement waits longer for it than a run does."""


def add(commands: Any) -> None:
    """Declare the command."""
    machine = commands.add_parser(
        "machine",
        help="show which number format and how many threads are fastest here",
        description="Show how long a step takes on this machine in each number format and with each number of "
        "threads, and what a run takes. It is measured once and kept in a file. A run that has begun stays with its "
        "choice.",
    )
    machine.add_argument("--measure", action="store_true", help="measure again (default: only if nothing is kept)")
    machine.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code.

    Raises:
        RunError: the machine cannot be measured, or its file not written.
    """
    measured = measure_once(again=arguments.measure, longest=_LONGEST)
    if measured is None:
        raise RunError(
            f"this machine cannot be measured in {_LONGEST / 60:.0f} minutes, or {machine_file()} cannot be written: "
            "end other programs, make the file writable, or set DIGIT_LAB_MACHINE to another one"
        )
    _show(measured, machine_file())
    return 0


def _show(measured: Measured, file: Path) -> None:
    """Print the timings and the choices."""
    machine = measured.machine
    cores = f"{machine.cores} core{'s' if machine.cores > 1 else ''}"
    print(f"{machine.processor}, {cores}, torch {machine.torch}, on {measured.device}")
    print(f"measured {measured.when} with a load of {measured.load:.1f}, kept in {file}")
    if was_busy(measured):
        print("other programs were at work then, and a run takes one thread: use --measure again when they rest")
    ways = {(timing.threads, timing.precision): None for timing in measured.timings}
    networks = list(dict.fromkeys(timing.network for timing in measured.timings))
    seconds = {(t.network, t.threads, t.precision): t for t in measured.timings}
    print("\nmilliseconds of a step, alone and beside a busy process")
    print(f"{'threads':9}{'format':10}" + "".join(f"{name:>20}" for name in networks))
    for threads, precision in ways:
        cells = (_cell(seconds.get((name, threads, precision))) for name in networks)
        print(f"{threads:<9}{precision:10}" + "".join(cells))
    places = {
        "command line": Threads(most=machine.cores),
        "app": Threads(most=share_out(machine.cores)[1], beside=True),
    }
    print("\na new run takes, for a network like")
    for name in networks:
        for where, allowed in places.items():
            chosen = choose(preset(name), allowed, measured.device, measured, None)
            computes = arithmetic(chosen.threads, chosen.threads_reason, chosen.precision, chosen.precision_reason)
            print(f"  {name:10}{where:14}{computes}")


def _cell(timing: Timing | None) -> str:
    return f"{1000 * timing.alone:10.2f}{1000 * timing.beside:10.2f}" if timing else f"{'-':>20}"
