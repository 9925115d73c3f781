"""A machine of which all is known: no test waits for a measurement or depends on one."""

from collections.abc import Iterable, Mapping
from typing import Any

from mnist_core.jobs.machine import Measured, Timing, this_machine
from mnist_core.model.arithmetic import NumberFormat

Seconds = Mapping[tuple[int, NumberFormat], tuple[float, float]]
"""{(threads, number format): (alone, beside)}"""


def timings(seconds: Seconds, networks: Iterable[str] = ("notebook", "fast", "best")) -> tuple[Timing, ...]:
    """Return timings with the same seconds for every network."""
    return tuple(
        Timing(network=network, threads=threads, precision=precision, alone=alone, beside=beside)
        for network in networks
        for (threads, precision), (alone, beside) in seconds.items()
    )


def measured(seconds: Seconds | None = None, **changes: Any) -> Measured:
    """Return a measurement of this machine; without `seconds`, one in which one thread and float32 are fastest."""
    known: dict[str, Any] = {
        "machine": this_machine(),
        "device": "cpu",
        "when": "2026-11-28T08:00:00+00:00",
        "load": 0.1,
        "timings": timings(seconds or {(1, "float32"): (1.0, 1.0), (1, "bfloat16"): (2.0, 2.0)}),
    }
    return Measured(**known | changes)
