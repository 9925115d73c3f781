"""What was measured of this machine: seconds a step by network, threads and number format, kept in a file.

The file is `paths.machine_file`. How it is measured: `mnist_core.jobs.machine_measurement`; what follows from it:
`mnist_core.jobs.choice`. No torch.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from mnist_core.jobs.cores import cores
from mnist_core.model.arithmetic import NumberFormat
from mnist_core.openmp import let_spin
from mnist_core.paths import PROJECT, machine_file
from mnist_core.storage.atomic import write_atomically

LONGEST = 120.0
"""Seconds that a run waits for the measurement at most; it takes about ten, and longer beside much other work."""
_MEASURE = (sys.executable, "-m", "mnist_core.jobs.machine_measurement")
_MOST_MACHINES = 20
"""Machines kept in one file: a folder of runs can be shared by several."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What a measurement holds for: when any of it changes, it is made again."""

    processor: str
    cores: int
    """Processor cores that the process may use."""
    torch: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """How long one step takes one way."""

    network: str
    """The preset whose network and batch size it is."""
    threads: int
    precision: NumberFormat
    alone: float
    """Seconds: the shortest of some steps, which nothing interrupted."""
    beside: float
    """Seconds: the mean of some steps beside a process that never rests."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """All timings of one machine."""

    machine: Machine
    device: str
    """cpu, cuda or mps."""
    when: str
    """Date and time, ISO 8601."""
    load: float
    """Programs that were at work on the machine just before, as Unix counts them (the load average of one minute)."""
    timings: tuple[Timing, ...]


def this_machine() -> Machine:
    """Return what a measurement made now would hold for."""
    return Machine(processor=processor(), cores=cores(), torch=version("torch"))


def processor() -> str:
    """Return the processor's name, as far as the system tells it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def read_measured(machine: Machine | None = None) -> Measured | None:
    """Return what is kept of a machine, this one by default; None where nothing is, or where the file is damaged."""
    machine = machine or this_machine()
    return next((measured for measured in _read() if measured.machine == machine), None)


def write_measured(measured: Measured) -> None:
    """Keep a measurement, in place of an older one of the same machine.

    Raises:
        OSError: the file cannot be written.
    """
    file = machine_file()
    others = [other for other in _read() if other.machine != measured.machine][: _MOST_MACHINES - 1]
    file.parent.mkdir(parents=True, exist_ok=True)
    record = {"machines": [asdict(each) for each in (measured, *others)]}
    write_atomically(file, json.dumps(record, indent=1))


def measure_once(device: str = "", *, again: bool = False, longest: float = LONGEST) -> Measured | None:
    """Return what is kept of this machine; measure it first, in a process of its own, where nothing is.

    Of several processes that call it at once one measures, and the others wait for it.

    Args:
        device: cpu, cuda or mps; what is kept of another one does not count. Empty: any.
        again: measure also if something is kept.
        longest: seconds after which a measurement is given up.

    Returns:
        The timings; None where the machine cannot be measured, or the file not written.
    """
    file = machine_file()
    environment = dict(os.environ) | {"DIGIT_LAB_MACHINE": str(file.resolve())}  # it may be named from our folder
    let_spin(environment)

    def known() -> Measured | None:
        kept = read_measured()
        return kept if kept and device in ("", kept.device) else None

    if not again and (kept := known()):
        return kept
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f".{file.name}.lock"), timeout=longest):
            if again or not known():
                subprocess.run(
                    _MEASURE,
                    check=True,
                    timeout=longest,
                    cwd=PROJECT,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C reaches who asked, which then ends it
                )
    except (OSError, Timeout, subprocess.SubprocessError):
        return None
    return known()


def _read() -> list[Measured]:
    try:
        return [_measured(each) for each in json.loads(machine_file().read_text())["machines"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _measured(record: dict[str, Any]) -> Measured:
    timings = tuple(_timing(each) for each in record["timings"])
    if not timings:
        raise ValueError("expected timings, received none")
    return Measured(
        machine=Machine(**record["machine"]),
        device=str(record["device"]),
        when=str(record["when"]),
        load=float(record["load"]),
        timings=timings,
    )


def _timing(record: dict[str, Any]) -> Timing:
    timing = Timing(**record)
    if timing.precision not in ("float32", "bfloat16") or not (timing.alone > 0 and timing.beside > 0):
        raise ValueError(f"expected a timing, received {record}")
    return timing
