"""The picture of all habits of handwriting, and the page that explains them: python -m docs.habits"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from mnist_core.habits.catalogue import HABITS, draw

HERE = Path(__file__).resolve().parent
EACH, SCALE, WORDS = 8, 2, 150
"""Drawings of a habit; pixels a side of one of theirs; width of its name."""


def picture() -> Image.Image:
    """Return every habit with its name and EACH drawings, in two columns."""
    rows = (len(HABITS) + 1) // 2
    side = 28 * SCALE
    width = WORDS + EACH * side
    page = Image.new("L", (2 * width, rows * side))
    pen = ImageDraw.Draw(page)
    for place, habit in enumerate(HABITS):
        left, top = place // rows * width, place % rows * side
        random = np.random.default_rng(place)
        drawings = np.hstack([draw(habit, random) for _ in range(EACH)])
        strip = Image.fromarray((255 * drawings).astype(np.uint8)).resize((EACH * side, side), Image.Resampling.LANCZOS)
        page.paste(strip, (left + WORDS, top))
        pen.text((left + 8, top + side // 2 - 6), habit.name, fill=255)
    return page


def text() -> str:
    """Return the page: the picture, and of each habit its digit and what its function says of it."""
    lines = [
        "# Handwriting that MNIST lacks",
        "",
        "MNIST's digits were written by Americans around 1990. Elsewhere, and in some professions, people write digits",
        "in ways that a network trained on MNIST alone misreads. Each is a function that draws it anew each time",
        "(`mnist_core/habits/`); `pen_variants` shows them to a network while it trains.",
        "`python -m docs.habits` made this page.",
        "",
        "![Every habit, drawn eight times](habits.png)",
        "",
        "| digit | habit | what it is |",
        "|---|---|---|",
    ]
    for habit in HABITS:
        said = " ".join((habit.lines.__doc__ or "").split()).removeprefix("Return ").rstrip(".")
        lines.append(f"| {habit.digit} | {habit.name} | {said} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    picture().quantize(16).save(HERE / "habits.png", optimize=True)
    (HERE / "handwriting.md").write_text(text())
