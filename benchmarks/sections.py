"""How long each section of each page takes in a real browser, first and again: python -m benchmarks.sections

Prints the milliseconds from the click on a section until its last text is there, all its charts are drawn and the
server has no more to say. Before that, two short runs are trained, and the test images, the corrupted images and the
analyses of the Explore page are read, whose seconds in the background are printed too.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil
from playwright.sync_api import expect

from benchmarks.machine import machine
from benchmarks.served import only_visitor
from mnist_core.asker import TEACHER
from mnist_core.explore.analyses import PIXELS, AnalysisFolder
from mnist_core.presets import preset
from mnist_core.runs.store import create_run
from tests.support.browser import Visitor


@dataclass(frozen=True, slots=True)
class Section:
    """What is on the screen when a section is whole."""

    text: str
    charts: int = 0


EXPLORE = {
    "Wall": Section("Forty random training images"),
    "Statistics": Section("never have any", 3),
    "Map": Section("The nearest neighbour on this map", 1),
    "Training and test": Section("five-fold cross-validation"),
    "One image": Section("of its 784 pixels are ink"),
}
EVALUATE = {
    "Per digit": Section("Click a column's name to sort"),
    "Mistakes": Section("mistakes, the surest first"),
    "Confidence": Section("After temperature scaling.", 2),
    "Robustness": Section("hurts it most", 9),
    "Two models": Section("McNemar's exact test"),
    "Confusion": Section("that are read as", 1),
}
INSIDE = {
    "One pixel’s arithmetic": Section("its receptive field", 1),
    "Filters": Section("Click a picture to switch", 1),
    "Why": Section("full colour from"),
    "Softmax": Section("times as large"),
    "Layer by layer": Section("Click a map to open it", 1),
}
TRAIN = {
    "Learning rate & gradients": Section("filter or unit is dead", 4),
    "Filters & weights": Section("Weights begin equally spread", 4),
    "Curves": Section("which it had never seen", 2),
}
DRAW = {
    "Break it": Section("Dotted: the most probable other digit", 1),
    "Second model": Section("They agree"),
    "Time machine": Section("first layer then", 1),
    "Preparation": Section("prepared in four ways"),
}
COMPARISON, ALONE = Section("McNemar's exact test", 1), Section("Watch its curves")

_LONG = 600_000
"""Milliseconds that a measurement in the background may take."""
_LISTEN = "addEventListener('pointerdown', () => { window.clicked = performance.now() }, true)"
_WHOLE = """({ text, charts }) => {
    const main = document.querySelector('[data-testid="stMainBlockContainer"]')
    const idle = document.querySelector('[data-testid="stApp"]').dataset.testScriptState == "notRunning"
    const painted = [...main.querySelectorAll("[_echarts_instance_], .chart")].filter(c => c.querySelector("canvas, g"))
    const drawn = [...main.querySelectorAll(".js-plotly-plot")].filter(c => c.querySelector(".main-svg"))
    return idle && painted.length + drawn.length == charts && main.textContent.includes(text)
        ? performance.now() - window.clicked : false
}"""


class Bench:
    """One visitor who clicks."""

    def __init__(self, visitor: Visitor, visits: int) -> None:
        self.visitor = visitor
        self.visits = visits

    @cached_property
    def trained(self) -> list[str]:
        """The ids of two finished runs."""
        return [train(self.visitor.server.runs, seed) for seed in (1, 2)]

    def open(self, path: str) -> None:
        """Open a page anew."""
        self.visitor.page.goto("about:blank")
        self.visitor.open(path)
        self.visitor.page.evaluate(_LISTEN)

    def wait(self, section: Section) -> float:
        """Wait until a section is whole; return the milliseconds since the last click."""
        whole = {"text": section.text, "charts": section.charts}
        taken: float = self.visitor.page.wait_for_function(_WHOLE, arg=whole, polling="raf").json_value()
        return taken

    def sections(self, page: str, sections: Mapping[str, Section]) -> None:
        """Visit the sections of the open page in turn, and print what each took."""
        times: dict[str, list[float]] = {name: [] for name in sections}
        for _ in range(1 + self.visits):
            for name, section in sections.items():
                self.visitor.page.get_by_role("radio", name=name, exact=True).click()
                times[name].append(self.wait(section))
        for name, taken in times.items():
            report(f"{page}, {name}", taken)


def report(name: str, taken: list[float]) -> None:
    """Print one line: the first time, and the median and the range of the others."""
    again = sorted(taken[1:])
    print(
        f"{name}: first {taken[0]:.0f} ms, again, n = {len(again)}: median {statistics.median(again):.0f} ms "
        f"({again[0]:.0f} to {again[-1]:.0f} ms)",
        flush=True,
    )


def train(runs: Path, seed: int) -> str:
    """Train a short run in a process of its own; return its id."""
    run = create_run(preset("fast").replace(train_size=5000, epochs=3, seed=seed), "fast", runs, asker=TEACHER)
    subprocess.run([sys.executable, "-m", "mnist_core.jobs.worker", run.path], check=True)
    return run.id


def analysis(visitor: Visitor, section: str) -> float:
    """Open a section of Explore whose analysis is missing; return the seconds until it is whole."""
    began = time.perf_counter()
    visitor.open(f"Explore?section={section}")
    analyses = AnalysisFolder(visitor.server.runs / ".surveys")
    while not any((p := analyses.progress(key)) and p.ended for key in _keys(analyses, section)):
        visitor.page.wait_for_timeout(100)
    return time.perf_counter() - began


def _keys(analyses: AnalysisFolder, section: str) -> list[str]:
    keys = [path.stem for path in analyses.folder.glob("*.json")]
    return [key for key in keys if (key == PIXELS) == (section == "splits")]


def explore(bench: Bench) -> None:
    """Measure the Explore page, whose analyses are made before."""
    for section, what in (("splits", "the pixels"), ("map", "the shipped network `best`")):
        print(f"analysis of {what}, in the background: {analysis(bench.visitor, section):.0f} s")
    bench.open("Explore")
    bench.sections("Explore", EXPLORE)


def evaluate(bench: Bench) -> None:
    """Measure the Evaluate page of the network `notebook`, after all its images have been read."""
    bench.open("Evaluate?model=notebook")
    page = bench.visitor.page
    page.get_by_role("radio", name="Two models", exact=True).click()
    page.get_by_text(EVALUATE["Two models"].text).wait_for()
    page.get_by_role("radio", name="Robustness", exact=True).click()
    page.get_by_text("Measure the robustness").click()
    page.get_by_text("stays above").or_(page.get_by_text("falls under")).first.wait_for(timeout=_LONG)
    page.get_by_test_id("stProgress").first.wait_for(state="detached", timeout=_LONG)
    bench.sections("Evaluate", EVALUATE)


def inside(bench: Bench) -> None:
    """Measure the Inside page of the network `best`."""
    bench.open("Inside")
    bench.sections("Inside", INSIDE)


def views_of_a_run(bench: Bench) -> None:
    """Measure the Train page of a finished run."""
    bench.open(f"Train?run={bench.trained[0]}")
    bench.sections("Train", TRAIN)


def comparison(bench: Bench) -> None:
    """Measure how long it takes to compare two finished runs, from the tick of the second one."""
    bench.open(f"Runs?runs={bench.trained[1]}")
    tables = bench.visitor.page.get_by_test_id("stDataFrame")
    expect(tables).to_have_count(3)  # those of settings and layers below may be on the page before that of the runs
    table = tables.first
    times = []
    for _ in range(1 + bench.visits):
        for section in (COMPARISON, ALONE):
            table.click(position={"x": 18, "y": 88})
            taken = bench.wait(section)
            if section is COMPARISON:
                times.append(taken)
    report("Runs, comparison", times)


def draw(bench: Bench) -> None:
    """Measure the lower half of the Draw page with a test image in hand and a run of three epochs."""
    bench.open(f"Explore?part=test&index=42&model={bench.trained[0]}")
    bench.visitor.page.get_by_role("button", name="Take it in hand").click()
    bench.wait(DRAW["Preparation"])
    bench.sections("Draw", DRAW)


PAGES: dict[str, Callable[[Bench], None]] = {
    "Explore": explore,
    "Evaluate": evaluate,
    "Inside": inside,
    "Train": views_of_a_run,
    "Runs": comparison,
    "Draw": draw,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sections", description=__doc__)
    parser.add_argument("--visits", type=int, default=10, help="visits of each section (default: 10)")
    parser.add_argument(
        "--pages", nargs="+", default=list(PAGES), choices=list(PAGES), help="only these pages (default: all)"
    )
    arguments = parser.parse_args()
    print(machine())
    with only_visitor() as visitor:
        bench = Bench(visitor, arguments.visits)
        memory = psutil.Process(visitor.server.process.pid).memory_info
        for page in arguments.pages:
            PAGES[page](bench)
            print(f"the server's memory then: {memory().rss / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
