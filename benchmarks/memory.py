"""The server's memory before and after 100 loads of the Evaluate page: python -m benchmarks.memory [--loads 100]"""

from __future__ import annotations

import argparse
import statistics
from time import perf_counter

import psutil

from benchmarks.machine import machine
from benchmarks.served import only_visitor
from tests.support.browser import Visitor

_WARM_UP = 10  # loads until every library, network and cache is there


def load(visitor: Visitor) -> float:
    """Load the page in a new session, wait until all of it is there; return the seconds."""
    visitor.page.goto("about:blank")
    began = perf_counter()
    visitor.open("Evaluate?model=notebook")
    visitor.page.get_by_text("of the images it learned from").wait_for()
    visitor.page.locator("[_echarts_instance_] canvas").first.wait_for(state="attached")
    return perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--loads", type=int, default=100, help="how many loads to measure (default: 100)")
    arguments = parser.parse_args()
    with only_visitor() as visitor:
        visitor.page.set_default_timeout(300_000)
        process = psutil.Process(visitor.server.process.pid)
        for _ in range(_WARM_UP):
            load(visitor)
        before = process.memory_info().rss / 2**20
        seconds = [load(visitor) for _ in range(arguments.loads)]
        after = process.memory_info().rss / 2**20
    print(machine())
    print(
        f"the server's resident memory: {before:.0f} MB, after {arguments.loads} more loads of Evaluate {after:.0f} MB "
        f"({after - before:+.0f} MB); median load {statistics.median(seconds):.2f} s"
    )


if __name__ == "__main__":
    main()
