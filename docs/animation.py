"""README's first picture: a 7 that is read while it is drawn, then a run that learns to read it.

`python -m docs.pictures live` makes it.
"""

from __future__ import annotations

import io
import time
from itertools import pairwise
from pathlib import Path

from PIL import Image
from playwright.sync_api import ViewportSize, expect

from mnist_core.runs.store import list_runs
from tests.support.browser import Visitor
from tests.support.strokes import DIGITS

_WINDOW: ViewportSize = {"width": 1240, "height": 1190}
"""CSS pixels: high enough for the curves and the drawing below them."""
_WIDTH = 760
"""Pixels of the animation's frames: GitHub shows a README about as wide."""
_QUALITY = 60
_PEN, _REST, _TICK = 70, 1500, 120
"""Milliseconds for which a frame is shown: while the pen moves, at the end of a part, while a network learns."""
_TICKS = 40
"""Frames of the run; more would only repeat what these show."""
_CROSSED = [*DIGITS[7], [(0.42, 0.52), (0.7, 0.5)]]


def animate(visitor: Visitor, path: Path) -> None:
    """Save the animation as WebP."""
    usual = visitor.page.viewport_size
    visitor.page.set_viewport_size(_WINDOW)
    frames = _drawing(visitor) + _learning(visitor)
    if usual:
        visitor.page.set_viewport_size(usual)
    images, durations = zip(*frames, strict=True)
    images[0].save(
        path, save_all=True, append_images=images[1:], duration=durations, loop=0, quality=_QUALITY, method=6
    )
    print(f"{path.name}: {len(frames)} frames, {path.stat().st_size // 1000} kB", flush=True)


def _drawing(visitor: Visitor) -> list[tuple[Image.Image, int]]:
    """Return the frames of a crossed 7, one for each move of the pen."""
    visitor.open("Draw")
    visitor.ready()
    board = visitor.page.locator("canvas.upper-canvas")
    box = board.bounding_box()
    assert box, "there is no board"
    frames = [(_frame(visitor), _REST // 3)]
    for stroke in _CROSSED:
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        visitor.page.mouse.move(*points[0])
        visitor.page.mouse.down()
        for (x0, y0), (x1, y1) in pairwise(points):
            for share in (0.5, 1.0):
                visitor.page.mouse.move(x0 + share * (x1 - x0), y0 + share * (y1 - y0))
                visitor.page.evaluate("() => new Promise(painted => requestAnimationFrame(() => setTimeout(painted)))")
                frames.append((_frame(visitor), _PEN))
        visitor.page.mouse.up()
    visitor.answer(7)
    return [*frames, (_frame(visitor), _REST)]


def _learning(visitor: Visitor) -> list[tuple[Image.Image, int]]:
    """Return the frames of a run that reads the drawing while it learns."""
    visitor.open("Train?preset=notebook&train_size=6000&validation_size=1000&epochs=3")
    visitor.page.get_by_role("button", name="Start", exact=True).click()
    visitor.page.mouse.move(_WINDOW["width"] / 2, 5)
    visitor.page.wait_for_url("**run=*")
    film = visitor.page.locator(".film")
    expect(film.locator(".said")).to_contain_text("Read")
    (run,) = list_runs(visitor.server.runs)
    frames = []
    while run.status(run.history()) == "running":
        frames.append((_frame(visitor), _TICK))
        time.sleep(_TICK / 1000)
    expect(visitor.page.get_by_role("button", name="+1 epoch")).to_be_enabled()
    visitor.settle()
    step = max(1, len(frames) // _TICKS)
    return [*frames[::step], (_frame(visitor), 2 * _REST)]


def _frame(visitor: Visitor) -> Image.Image:
    image = Image.open(io.BytesIO(visitor.page.screenshot())).convert("RGB")
    return image.resize((_WIDTH, round(_WIDTH * image.height / image.width)), Image.Resampling.LANCZOS)
