"""How long each section of the Explore page takes in a real browser, first and again: python -m benchmarks.explore

Prints the seconds that the surveys take in the background, the milliseconds from the click on a section to its last
text on the screen, and the server's memory before and after many visits.
"""

from __future__ import annotations

import argparse
import statistics
import time

import psutil

from benchmarks.machine import machine
from benchmarks.served import only_visitor
from mnist_core.surveys import PIXELS, Surveys
from tests.browser.driver import Visitor

SECTIONS = {
    "Wall": "Forty random training images",
    "Statistics": "never have any",
    "Map": "The nearest neighbour on this map",
    "Training and test": "five-fold cross-validation",
    "One image": "of its 784 pixels are ink",
}
"""A section, and a text at its end."""
_LISTEN = "addEventListener('mousedown', () => { window.clicked = performance.now() }, true)"


def survey(visitor: Visitor, section: str) -> float:
    """Open a section whose survey is missing; return the seconds until it is whole."""
    began = time.perf_counter()
    visitor.open(f"Explore?section={section}")
    surveys = Surveys(visitor.server.runs / ".surveys")
    while not any((p := surveys.progress(key)) and p.ended for key in _keys(surveys, section)):
        visitor.page.wait_for_timeout(100)
    return time.perf_counter() - began


def _keys(surveys: Surveys, section: str) -> list[str]:
    keys = [path.stem for path in surveys.folder.glob("*.json")]
    return [key for key in keys if (key == PIXELS) == (section == "splits")]


def click(visitor: Visitor, section: str) -> float:
    """Open a section by its button; return the milliseconds until its last text is there."""
    visitor.page.get_by_role("radio", name=section, exact=True).click()
    visitor.page.get_by_text(SECTIONS[section]).first.wait_for()
    taken: float = visitor.page.evaluate("performance.now() - window.clicked")
    visitor.settle()
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explore", description=__doc__)
    parser.add_argument("--visits", type=int, default=10, help="visits of each section (default: 10)")
    arguments = parser.parse_args()
    print(machine())
    with only_visitor() as visitor:
        for section, what in (("splits", "the pixels"), ("map", "the shipped network `best`")):
            print(f"survey of {what}, in the background: {survey(visitor, section):.0f} s")
        memory = psutil.Process(visitor.server.process.pid).memory_info
        visitor.open("Explore")
        visitor.page.evaluate(_LISTEN)
        times: dict[str, list[float]] = {section: [] for section in SECTIONS}
        before = 0
        for visit in range(1 + arguments.visits):
            for section in SECTIONS:
                times[section].append(click(visitor, section))
            before = memory().rss if visit == 1 else before
        for section, taken in times.items():
            again = sorted(taken[1:])
            print(
                f"{section}: first {taken[0]:.0f} ms, again, n = {len(again)}: median "
                f"{statistics.median(again):.0f} ms ({again[0]:.0f} to {again[-1]:.0f} ms)"
            )
        print(f"the server's memory, second and last visit: {before / 2**20:.0f} and {memory().rss / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
