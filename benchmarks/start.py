"""From the click on Start to the first point on the chart, in a real browser: python -m benchmarks.start"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.served import only_visitor
from mnist_core.data.mnist import load_mnist
from mnist_core.figures.colours import TRAINING
from tests.support.browser import CURVE_ENDS, Visitor

_LISTEN = "addEventListener('mousedown', () => { window.clicked = performance.now() }, true)"
_POINT = f"() => ({CURVE_ENDS})({[TRAINING]}).length ? performance.now() - window.clicked : false"


def measure(visitor: Visitor, preset: str) -> float:
    """Start a run, wait for its first point, stop it; return the milliseconds between click and point."""
    visitor.page.goto("about:blank")
    visitor.open(f"Train?preset={preset}&epochs=20")
    visitor.page.evaluate(_LISTEN)
    visitor.page.get_by_role("button", name="Start").click()
    taken: float = visitor.page.wait_for_function(_POINT, polling="raf").json_value()
    visitor.page.get_by_role("button", name="Stop", exact=True).click()
    visitor.page.get_by_text("Stopped. The weights of the last report are kept").wait_for()
    return taken


def load_times(repeats: int = 5) -> tuple[float, float]:
    """Return the seconds of the first load of MNIST from the archives, and the median of later ones."""
    from mnist_core.paths import DATA

    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "MNIST" / "raw"
        raw.mkdir(parents=True)
        for archive in (DATA / "MNIST" / "raw").glob("*.gz"):
            (raw / archive.name).write_bytes(archive.read_bytes())
        times = []
        for _ in range(1 + repeats):
            began = time.perf_counter()
            load_mnist(Path(folder))
            times.append(time.perf_counter() - began)
    return times[0], statistics.median(times[1:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--clicks", type=int, default=5, help="how many runs to start per preset (default: 5)")
    arguments = parser.parse_args()
    print(machine())
    first, later = load_times()
    print(f"MNIST: first load {first:.2f} s, later loads {later * 1000:.1f} ms")
    with only_visitor() as visitor:
        measure(visitor, "fast")  # the worker gets warm
        for preset in ("fast", "notebook", "best"):
            taken = [measure(visitor, preset) for _ in range(arguments.clicks)]
            print(
                f"{preset}: click to first point, n = {len(taken)}: median {statistics.median(taken):.0f} ms "
                f"({min(taken):.0f} to {max(taken):.0f} ms)"
            )


if __name__ == "__main__":
    main()
