"""What one watching page costs the server, as a share of one core: python -m benchmarks.watching

The same training runs twice, first with nobody looking, then with its Train page open in a browser. The processor time
is that of the server's process alone: the training is a process of its own, and so is the browser.
"""

from __future__ import annotations

import argparse
import time

import psutil

from benchmarks.machine import machine
from benchmarks.served import only_visitor
from mnist_core.figures.colours import TRAINING
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs
from tests.support.browser import CURVE_ENDS, Server, Visitor

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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.watching", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long to measure each time (default: 30)")
    parser.add_argument("--preset", default="notebook", help="what is trained (default: notebook)")
    parser.add_argument("--view", help="the view to watch (default: the first, the curves)")
    arguments = parser.parse_args()
    print(machine())
    with only_visitor() as visitor:
        run = _start(visitor, arguments.preset)
        visitor.page.goto("about:blank")
        alone = share_of_a_core(visitor.server, arguments.seconds)
        visitor.open(f"Train?run={run.id}")
        if arguments.view:
            visitor.page.get_by_role("radio", name=arguments.view).click()
        visitor.page.wait_for_function(_POINT, timeout=_LONGEST)
        watched = share_of_a_core(visitor.server, arguments.seconds)
    print(
        f"{arguments.preset}, {arguments.seconds:.0f} s each: {alone:.1%} of a core with nobody watching, "
        f"{watched:.1%} with one page open: watching costs {watched - alone:.1%}"
    )


if __name__ == "__main__":
    main()
