"""Which number format and how many threads a run computes with: chosen from what was measured. Pure, no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from mnist_core.architecture import multiply_adds
from mnist_core.config import TrainConfig
from mnist_core.events import Started
from mnist_core.jobs.cores import cores
from mnist_core.jobs.machine import Measured
from mnist_core.model.arithmetic import Arithmetic, NumberFormat
from mnist_core.presets import preset

MARGIN = 1.1
"""How many times as fast more threads or a coarser format must be to be taken: less may be noise of the measurement."""
_BY_HAND = "set by hand"
_UNKNOWN = "this machine is not measured"
_BUSY = "other programs were at work when this machine was measured"
_Way = tuple[int, NumberFormat]
"""Threads and number format."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Threads:
    """How many threads a run may have."""

    most: int = field(default_factory=cores)
    beside: bool = False
    """Whether other processes are at work all the time, as a server and its browsers are."""
    by_hand: int | None = None
    """A number that somebody has set, and nothing overrules."""


def choose(
    config: TrainConfig, threads: Threads, device: str, measured: Measured | None, started: Started | None
) -> Arithmetic:
    """Return how to train `config`.

    A run that goes on computes as it did before, so that it ends with the weights of an uninterrupted one. A new one
    takes what was fastest for the network most like its own.

    Args:
        config: what is trained; a format that it names is not overruled.
        threads: how many there may be.
        device: where it is trained: cpu, cuda or mps.
        measured: what is known of this machine, if anything.
        started: of a run that goes on, how it began.
    """
    if started and started.device.partition(":")[0] == device and started.precision in ("float32", "bfloat16"):
        chosen = Arithmetic(
            precision="bfloat16" if started.precision == "bfloat16" else "float32",
            threads=max(1, min(started.threads, cores())),
            precision_reason=started.precision_reason,
            threads_reason=started.threads_reason,
        )
    elif measured and measured.device == device:
        chosen = _fastest(config, threads, measured)
    else:
        chosen = Arithmetic(precision="float32", threads=1, precision_reason=_UNKNOWN, threads_reason=_UNKNOWN)
    return _as_set_by_hand(chosen, config, threads)


def was_busy(measured: Measured) -> bool:
    """Return whether a machine was so busy when it was measured that numbers of threads could not be compared."""
    return measured.machine.cores > 1 and all(timing.threads == 1 for timing in measured.timings)


def _as_set_by_hand(chosen: Arithmetic, config: TrainConfig, threads: Threads) -> Arithmetic:
    by_hand = config.precision != "auto"
    precision = config.precision if config.precision != "auto" else chosen.precision
    return Arithmetic(
        precision=precision,
        threads=threads.by_hand or chosen.threads,
        precision_reason=_BY_HAND if by_hand else chosen.precision_reason,
        threads_reason=_BY_HAND if threads.by_hand else chosen.threads_reason,
    )


def _fastest(config: TrainConfig, threads: Threads, measured: Measured) -> Arithmetic:
    """Return the fastest way; between ways that are equal but for noise, fewer threads and float32."""
    seconds = _seconds(config, threads, measured)
    ways = sorted(seconds, key=lambda way: (way[0], way[1] != "float32"))
    best = ways[0]
    for way in ways[1:]:
        if seconds[way] * MARGIN < seconds[best]:
            best = way
    return Arithmetic(
        precision=best[1],
        threads=best[0],
        precision_reason=_describe_format_choice(best, seconds),
        threads_reason=_BUSY if threads.most > 1 and was_busy(measured) else _describe_threads_choice(best, seconds),
    )


def _seconds(config: TrainConfig, threads: Threads, measured: Measured) -> dict[_Way, float]:
    """Return the seconds of a step of the network most like that of `config`, by the ways that are open."""
    names = dict.fromkeys(timing.network for timing in measured.timings)
    like = min(names, key=lambda name: abs(math.log(_work(preset(name)) / _work(config))))
    timings = [timing for timing in measured.timings if timing.network == like]
    most = threads.by_hand or threads.most
    # By hand it may be a number that was not measured: the largest below tells most of it.
    counts = {timing.threads for timing in timings if timing.threads <= most} or {timings[0].threads}
    if threads.by_hand:
        counts = {max(counts)}
    known = {timing.precision for timing in timings}
    formats = known & {config.precision} or known
    return {
        (timing.threads, timing.precision): timing.beside if threads.beside else timing.alone
        for timing in timings
        if timing.threads in counts and timing.precision in formats
    }


def _work(config: TrainConfig) -> int:
    """Return the multiply-adds of one step's forward pass."""
    return config.batch_size * max(1, multiply_adds(config))


def _describe_format_choice(best: _Way, seconds: Mapping[_Way, float]) -> str:
    threads, taken = best
    other: NumberFormat = "bfloat16" if taken == "float32" else "float32"
    if (threads, other) not in seconds:
        return ""
    if taken == "bfloat16":
        return f"{_ratio(seconds[threads, other], seconds[best])} as fast as float32"
    return f"bfloat16 would be {_ratio(seconds[best], seconds[threads, other])} as fast"


def _describe_threads_choice(best: _Way, seconds: Mapping[_Way, float]) -> str:
    threads, taken = best
    others = {count: each for (count, precision), each in seconds.items() if precision == taken and count != threads}
    if not others:
        return ""
    if threads > 1 and 1 in others:
        return f"{_ratio(others[1], seconds[best])} as fast as 1"
    other = min(others, key=lambda count: others[count])
    return f"{other} would be {_ratio(seconds[best], others[other])} as fast"


def _ratio(slower: float, faster: float) -> str:
    return f"{slower / faster:.2f} ×"
