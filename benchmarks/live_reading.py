"""How far the browser's reading is from the core's, on digits drawn on a tablet: python -m benchmarks.live_reading FILE

FILE is UNIPEN text, such as pendigits-orig.tra.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from mnist_core.handwriting.unipen import as_canvas, read_unipen
from tests.support.boards import path
from tests.support.browser import launch
from tests.support.live_reading import READ, read_by_the_core
from tests.support.modules import module_page


def main() -> None:
    """Read every digit twice and print what differs most."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_reading", description=__doc__)
    parser.add_argument("file", help="UNIPEN text")
    parser.add_argument("--most", type=int, default=300, help="how many digits, evenly chosen (default: 300)")
    parser.add_argument("--model", default="best", help="a shipped network's name (default: best)")
    arguments = parser.parse_args()
    digits = read_unipen(arguments.file)
    digits = digits[:: max(1, len(digits) // arguments.most)][: arguments.most]
    boards = [[path(stroke.points, stroke.width) for stroke in as_canvas(digit, 20.0)] for digit in digits]
    core = read_by_the_core(boards, arguments.model)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launch(playwright) as chromium,
        module_page(chromium, Path(folder)) as page,
    ):
        given = {"boards": boards, "network": f"/checkpoints/{arguments.model}.safetensors", "plain": False}
        browser = page.evaluate(READ, given)
    other, pixel, probability = 0, 0.0, 0.0
    for here, there in zip(browser, core, strict=True):
        said, meant = (
            (read["refusal"], [(one["doubt"], int(np.argmax(one["probabilities"]))) for one in read["answers"]])
            for read in (here, there)
        )
        other += said != meant
        for mine, theirs in zip(here["answers"], there["answers"], strict=False):
            pixel = max(pixel, float(np.abs(np.subtract(mine["image"], theirs["image"])).max()))
            apart = np.subtract(mine["probabilities"], theirs["probabilities"])
            probability = max(probability, float(np.abs(apart).max()))
    print(
        f"{len(boards)} digits: {other} read or refused otherwise; largest difference of a pixel {pixel:.1g}, "
        f"of a probability {probability:.1g}"
    )


if __name__ == "__main__":
    main()
