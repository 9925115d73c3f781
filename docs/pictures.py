"""The README's pictures, made from the running app: python -m docs.pictures

A server of its own with runs of its own; a few minutes. The pictures change with every run that they show.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from docs.animation import animate
from mnist_core.runs.store import list_runs
from tests.support.browser import Server, Visitor, launch
from tests.support.strokes import DIGITS

HERE = Path(__file__).resolve().parent
_COLOURS = 128
"""Of each picture: a page has few, and a file of them is a third as large."""

_PAINTED = "[_echarts_instance_] canvas, .js-plotly-plot .main-svg"
"""A chart that the browser has drawn."""


def save(visitor: Visitor, name: str) -> None:
    """Save what is in the window."""
    visitor.page.mouse.move(683, 5)
    expect(visitor.page.get_by_test_id("stTooltipContent")).to_have_count(0)
    visitor.page.get_by_test_id("stMain").evaluate("page => page.scrollTo(0, 0)")
    visitor.settle()
    path = HERE / f"{name}.png"
    visitor.page.screenshot(path=path, animations="disabled")
    Image.open(path).convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1000} kB", flush=True)


def train(visitor: Visitor) -> None:
    """Save two curves that still move."""
    visitor.open("Train?preset=notebook&train_size=20000&validation_size=2000&epochs=3")
    visitor.page.get_by_role("button", name="Start").click()
    visitor.page.wait_for_url("**run=*")
    (run,) = list_runs(visitor.server.runs)
    while not run.history().epochs:
        visitor.page.wait_for_timeout(100)
    visitor.watch_curves_move()
    save(visitor, "train")
    visitor.page.get_by_role("button", name="Stop", exact=True).click()


def draw(visitor: Visitor) -> None:
    """Save a crossed 7 on the board."""
    visitor.open("Draw")
    visitor.draw(*DIGITS[7], [(0.42, 0.52), (0.7, 0.5)])
    visitor.answer(7)
    save(visitor, "draw")


def inside(visitor: Visitor) -> None:
    """Save one pixel of a feature map, of the digit just drawn."""
    visitor.go("Inside")
    visitor.page.get_by_role("radio", name="One pixel’s arithmetic").click()
    visitor.page.get_by_text("its receptive field").first.wait_for()
    visitor.page.locator(_PAINTED).first.wait_for()
    save(visitor, "inside")


def evaluate(visitor: Visitor) -> None:
    """Save the confusion matrix, and the images of the cell that is open at first."""
    visitor.open("Evaluate?model=notebook")
    expect(visitor.page.get_by_text("that are read as").first).to_be_visible()
    expect(visitor.page.get_by_test_id("stProgress")).to_have_count(0)
    visitor.page.locator(_PAINTED).first.wait_for()
    save(visitor, "evaluate")


def live(visitor: Visitor) -> None:
    """Save the animation: bars that follow the pen, and a run that learns to read the drawing."""
    animate(visitor, HERE / "live.webp")


def main() -> None:
    """Make those named on the command line, or all."""
    pictures = {"live": live, "train": train, "draw": draw, "inside": inside, "evaluate": evaluate}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        server = Server(Path(folder) / "runs")
        try:
            visitor = Visitor(browser, server, device_scale_factor=1)
            for name in sys.argv[1:] or pictures:
                pictures[name](visitor)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
