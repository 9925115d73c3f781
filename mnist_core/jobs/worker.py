"""The process that trains: carries out a run's directory and records it there. `python -m mnist_core.jobs.worker`.

With a run's directory as its argument it carries out that run. With none it waits for directories on standard input,
one a line: torch is loaded by then, so that a run begins at once. It ends when the input does, after the run in hand:
a server that dies takes no run with it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading
import time
import traceback
from importlib import import_module
from pathlib import Path

from mnist_core.asker import COMMAND_LINE
from mnist_core.data.mnist import checksums
from mnist_core.errors import DigitLabError, RunLockedError
from mnist_core.jobs.choice import Threads
from mnist_core.jobs.cores import cores
from mnist_core.jobs.execution import POLL, execute
from mnist_core.jobs.machine import measure_once
from mnist_core.model.device import choose_device
from mnist_core.priority import be_first_to_end, give_way
from mnist_core.runs.run import LOG, Run

_LOOK_EVERY = 0.5
"""Seconds between looks whether the process that has started this one is still there."""


def _carry_out(run: Run, threads: Threads, *, if_queued: bool = False) -> None:
    """Carry out a run with this process's stderr in its worker.log."""
    with contextlib.suppress(OSError):  # the log is for the curious; a run needs it not
        log = os.open(run.path / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, sys.stderr.fileno())
        os.close(log)
    for _ in execute(run, threads, if_queued=if_queued):
        pass


def _carry_out_if_queued(run: Run, threads: Threads) -> None:
    """Carry out a run that was handed out, unless another server's worker takes it out of the queue."""
    while run.queue_number() is not None:
        with contextlib.suppress(RunLockedError):  # it has it, or had it and was killed: its mark in the queue tells
            return _carry_out(run, threads, if_queued=True)
        time.sleep(POLL)
    return None


def _end_with(parent: int) -> None:
    """End this process once it has another parent: what it trains is begun again elsewhere, and nobody asks for it."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os._exit(1)


def main() -> None:
    """Carry out the run named on the command line, or the runs named on standard input."""
    parser = argparse.ArgumentParser(prog="python -m mnist_core.jobs.worker", description=__doc__)
    parser.add_argument("run", nargs="?", type=Path, help="a run's directory; without it, directories come on stdin")
    parser.add_argument(
        "--threads", type=int, help="threads to compute with (default: what was measured to be fastest)"
    )
    parser.add_argument("--share", type=int, help="of a server's workers: threads that a run may have at most")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that has started it does")
    arguments = parser.parse_args()
    if arguments.with_parent:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    threads = Threads(most=arguments.share or cores(), beside=bool(arguments.share), by_hand=arguments.threads)
    if arguments.share:  # beside a server
        give_way()
    be_first_to_end()
    import_module("torch._dynamo")  # the first optimizer would import it: 2 s between a click and the first step
    with contextlib.suppress(DigitLabError, OSError):  # read now, the data are hashed and in memory when a run comes
        checksums()
    # Before the first run is taken: an equal second one then finds the same to choose from.
    measure_once(choose_device().type)
    if arguments.run:
        _carry_out(Run(arguments.run), threads)
        return
    for path in (Path(line.strip()) for line in sys.stdin):
        try:
            _carry_out_if_queued(Run(path), threads)
        except (DigitLabError, OSError):
            traceback.print_exc()  # one bad directory must not end the worker that other runs wait for
            with contextlib.suppress(DigitLabError, OSError):
                Run(path).dequeue(asker=COMMAND_LINE)


if __name__ == "__main__":
    main()
