"""The search for a learning rate as its server sees it: a process that does the range test and tells each step.

No torch here; the process is `mnist_core.jobs.rate_search_worker`.
"""

from __future__ import annotations

import json
import math
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import IO

from mnist_core.config import TrainConfig
from mnist_core.errors import RunError
from mnist_core.paths import PROJECT

_HEARTBEAT = 0.2
"""Seconds after which a result is given again if there is no newer one, so that whoever asks can stop in between."""


@dataclass(frozen=True, slots=True)
class RateSearch:
    """What a range test has found so far."""

    rates: tuple[float, ...] = ()
    losses: tuple[float, ...] = ()
    """Of each rate, smoothed."""
    share: float = 0.0
    """How much of the test is done."""
    suggestion: float | None = None
    """A good learning rate; None before the end, or where the loss never fell clearly."""


def search_rate(
    config: TrainConfig, command: Sequence[str] | None = None, *, longest: int = 0
) -> Generator[RateSearch, None, None]:
    """Do the range test of `config` in a process of its own, which ends with this iterator or with this process.

    Args:
        config: what is trained for some steps.
        command: how to start the process, if not as usual.
        longest: seconds from the first step on after which it is ended; 0: no limit.

    Yields:
        RateSearch: what has been found, after each step and at least five times a second.

    Raises:
        RunError: no process can be started, or it ended or was ended before the test was done; the message says why.
    """
    try:
        process = subprocess.Popen(
            [*(command or (sys.executable, "-m", "mnist_core.jobs.rate_search_worker")), json.dumps(config.to_dict())],
            stdin=subprocess.PIPE,  # it closes when this process ends, however it does: then that one ends too
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            start_new_session=True,  # Ctrl-C at the server's terminal would leave a traceback there
        )
    except OSError as error:
        raise RunError(f"no process for the search can be started: {error.strerror}. End other programs") from error
    try:
        assert process.stdout is not None
        yield from _follow(process.stdout, longest or math.inf)
        _check(process.wait())
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def _follow(output: IO[bytes], longest: float) -> Generator[RateSearch, None, None]:
    """Yield what the lines of a worker's output say, until it closes.

    Raises:
        RunError: the worker says that the test has failed, or it takes longer than `longest` seconds.
    """
    lines: queue.Queue[bytes | None] = queue.Queue()

    def read() -> None:
        for line in output:
            lines.put(line)
        lines.put(None)

    # A pipe cannot be read with a time limit on every system. The thread ends when the process does.
    reader = threading.Thread(target=read, name="digit-lab-rate-search", daemon=True)
    reader.start()
    known, ends = RateSearch(), math.inf
    while True:
        if time.monotonic() > ends:
            raise RunError(
                f"the search was ended after {longest:g} s, as long as the class lets a run train: use a smaller batch "
                "or network"
            )
        try:
            line = lines.get(timeout=_HEARTBEAT)
        except queue.Empty:
            yield known
            continue
        if line is None:
            return
        told = json.loads(line)
        if "failed" in told:
            raise RunError(told["failed"])
        if "loss" in told:
            ends = min(ends, time.monotonic() + longest)
            known = RateSearch((*known.rates, told["rate"]), (*known.losses, told["loss"]), told["share"])
        else:
            known = replace(known, share=1.0, suggestion=told["suggestion"])
        yield known


def _check(exit_code: int) -> None:
    if exit_code < 0:
        raise RunError(
            "the search was ended from outside, most likely because the machine's memory was full: use a smaller batch "
            "or network, or end other programs, then try again"
        )
    if exit_code:
        raise RunError(f"the search's process ended with code {exit_code}: the server's terminal may say why")
