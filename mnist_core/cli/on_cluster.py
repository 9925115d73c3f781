"""A run that a cluster carries out for the command line: followed as it comes, and stopped by Ctrl-C."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mnist_core.asker import COMMAND_LINE
from mnist_core.cli.interruption import kept
from mnist_core.cli.progress import show
from mnist_core.cluster.setting import make_launcher
from mnist_core.event_json import from_json
from mnist_core.events import Event
from mnist_core.jobs.launcher import Launcher
from mnist_core.runs.event_log import lines_from
from mnist_core.runs.run import Run

_LOOK_EVERY = 0.1
"""Seconds."""


def carry_out(run: Run, output: str | Path | None, address: str) -> int:
    """Have the cluster whose scheduler is at `address` train `run`, and print as it goes; return the exit code."""
    launcher = make_launcher(address)
    try:
        with kept(run):
            return show(run, _follow(run, launcher), output)
    except KeyboardInterrupt:
        run.control.request("stop", asker=COMMAND_LINE)
        raise
    finally:
        launcher.close()


def _follow(run: Run, launcher: Launcher) -> Iterator[Event]:
    """Hand the run over, and yield its events until nobody trains it any more."""
    offset, told = run.journal.stat().st_size if run.journal.exists() else 0, ""
    run.enqueue(asker=COMMAND_LINE)
    worker = launcher.new_worker()
    worker.hand_over(run)
    while True:
        over = worker.run is None  # before the events are read: none comes after them then
        lines = lines_from(run.journal, offset)
        offset += len(lines)
        yield from (from_json(line) for line in lines.splitlines())
        if over:
            return
        if (problem := launcher.problem) != told:
            told = problem
            if problem:
                print(f"waiting: {problem}", file=sys.stderr, flush=True)
        time.sleep(_LOOK_EVERY)
