"""From the end of a stroke to the painted bars, in a real browser: python -m benchmarks.drawing

The canvas component waits a fixed 200 ms before it sends a drawing; what is printed is the time beyond these.
"""

from __future__ import annotations

import argparse
import statistics

from benchmarks.machine import machine
from benchmarks.served import only_visitor
from tests.support.browser import Visitor
from tests.support.strokes import DIGITS

DEBOUNCE = 200.0
"""Milliseconds; a constant of streamlit-drawable-canvas 0.13."""

_LISTEN = "addEventListener('mouseup', () => { window.strokeEnded = performance.now() }, true)"
_PAINTED = """before => {
    const bars = document.querySelector('.bars')
    if (!bars || bars.outerHTML === before) return false
    return new Promise(done => requestAnimationFrame(() => done(performance.now() - window.strokeEnded)))
}"""


def measure(visitor: Visitor, strokes: int) -> list[float]:
    """Return milliseconds beyond the debounce, one a stroke."""
    visitor.open("Draw")
    visitor.page.evaluate(_LISTEN)
    beyond: list[float] = []
    while len(beyond) < strokes:
        for digit in DIGITS.values():
            bars = visitor.page.locator(".bars")
            before = bars.evaluate("e => e.outerHTML") if bars.count() else ""
            visitor.draw(digit[0])
            painted = visitor.page.wait_for_function(_PAINTED, arg=before, polling="raf").json_value()
            beyond.append(painted - DEBOUNCE)
            visitor.clear()
    return beyond[:strokes]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawing", description=__doc__)
    parser.add_argument("--strokes", type=int, default=40, help="how many strokes to measure (default: 40)")
    arguments = parser.parse_args()
    with only_visitor() as visitor:
        measure(visitor, 5)  # loads torch and the network
        beyond = measure(visitor, arguments.strokes)
    print(machine())
    low, high = statistics.quantiles(beyond, n=10)[0], statistics.quantiles(beyond, n=10)[-1]
    print(
        f"from the end of a stroke to the painted bars, beyond the canvas's own {DEBOUNCE:.0f} ms, n = {len(beyond)}:"
    )
    print(f"median {statistics.median(beyond):.0f} ms (10 % to 90 %: {low:.0f} to {high:.0f} ms)")


if __name__ == "__main__":
    main()
