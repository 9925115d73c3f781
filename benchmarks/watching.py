"""What one watching page costs the server, as a share of one core: python -m benchmarks.watching

A training goes on, first with nobody looking, then with its Train page open in a browser. The processor time is that of
the server's process alone: the training is a process of its own, and so is the browser. What forty pages cost together:
`benchmarks.classroom --kind watch`.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import psutil

from benchmarks.machine import machine
from benchmarks.served import only_visitor
from mnist_core.figures.colours import TRAINING
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs
from tests.support.browser import CURVE_ENDS, ROOT, Server, Visitor

_POINT = f"() => ({CURVE_ENDS})({[TRAINING]}).length"

_LONGEST = 180_000
"""Milliseconds that a busy machine may take to show the first point."""


def _start(visitor: Visitor, preset: str) -> Run:
    """Start a run that lasts longer than the measurement, and wait until its page shows a curve."""
    visitor.open(f"Train?preset={preset}&epochs=50")
    visitor.page.get_by_role("button", name="Start").click()
    visitor.page.wait_for_function(_POINT, timeout=_LONGEST)
    return list_runs(visitor.server.runs)[0]


def share_of_a_core(server: Server, seconds: float) -> float:
    """Return the processor time of the server's process over the next `seconds`, as a share of them."""
    process = psutil.Process(server.process.pid)
    before, began = process.cpu_times(), time.perf_counter()
    time.sleep(seconds)
    after, ended = process.cpu_times(), time.perf_counter()
    return (after.user + after.system - before.user - before.system) / (ended - began)


def count_scripts(visitor: Visitor) -> list[object]:
    """Return a list to which every run of a script is added that the page asks for from its next opening on."""
    asked: list[object] = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", asked.append))
    return asked


def measure(app: Path, preset: str, seconds: float, view: str | None) -> None:
    """Measure one checkout and print."""
    with only_visitor(app) as visitor:
        run = _start(visitor, preset)
        visitor.page.goto("about:blank")
        alone = share_of_a_core(visitor.server, seconds)
        scripts = count_scripts(visitor)
        visitor.open(f"Train?run={run.id}")
        if view:
            visitor.page.get_by_role("radio", name=view).click()
        visitor.page.wait_for_function(_POINT, timeout=_LONGEST)
        visitor.settle()
        scripts.clear()
        watched = share_of_a_core(visitor.server, seconds)
    print(
        f"{app.name}, {preset}, {seconds:.0f} s each: {alone:.1%} of a core with nobody watching, {watched:.1%} with "
        f"one page open: watching costs {watched - alone:.1%}; {len(scripts) / seconds:.1f} runs of a script a second; "
        f"load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.watching", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long to measure each time (default: 30)")
    parser.add_argument("--preset", default="notebook", help="what is trained (default: notebook)")
    parser.add_argument("--view", help="the view to watch (default: the first, the curves)")
    parser.add_argument("--also", type=Path, help="the folder of another checkout, measured first")
    arguments = parser.parse_args()
    print(machine())
    for app in filter(None, (arguments.also, ROOT)):
        measure(app.resolve(), arguments.preset, arguments.seconds, arguments.view)


if __name__ == "__main__":
    main()
