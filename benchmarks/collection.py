"""How long a collection of drawings takes to import, to open and to open again: python -m benchmarks.collection

Prints seconds, and in brackets the seconds of this process alone, which other programs on the machine change less. At
the end a server draws the page "Your hand" with all of them, for a visitor without a browser.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np

from benchmarks.machine import machine
from mnist_core.asker import TEACHER
from mnist_core.data.mnist import load_mnist
from mnist_core.drawing.strokes import Stroke
from mnist_core.handwriting.collection import Collection, CollectionReader
from mnist_core.handwriting.drawing import Drawing
from mnist_core.handwriting.drawings_zip import MOST_DRAWINGS, to_zip
from tests.support.browser import Server
from tests.support.streamlit_client import Client

_STROKES, _POINTS = 2, 30
"""Strokes of a drawing and points of a stroke, about as many as a mouse gives."""
_VISITS = 10


def drawings(count: int) -> list[Drawing]:
    """Return test images with random strokes, as drawings."""
    data, random = load_mnist(), np.random.default_rng(0)
    return [
        Drawing(
            f"20260101-000000-{data.test_labels[i]}-{i:06x}",
            int(data.test_labels[i]),
            np.array(data.test_images[i]),
            [Stroke(random.uniform(0, 280, (_POINTS, 2)), 20.0) for _ in range(_STROKES)],
            "2026-01-01T00:00:00+00:00",
        )
        for i in range(count)
    ]


def timed(what: str, work: Callable[[], object]) -> None:
    """Do `work` once, and print how long it took."""
    began, worked = perf_counter(), process_time()
    work()
    print(f"{what}: {perf_counter() - began:.3f} s ({process_time() - worked:.3f} s)", flush=True)


def page_opened(folder: Path) -> None:
    """Print how long the page takes that shows the collection in a folder: the first time, and the median of others."""
    server = Server(folder / "runs")
    try:
        client = Client(server.port)
        client.run("Draw")
        taken = []
        for _ in range(_VISITS):
            client.choose("Draw", "Look closer", "Preparation")
            began = perf_counter()
            client.choose("Draw", "Look closer", "Your hand")
            taken.append(perf_counter() - began)
        client.close()
    finally:
        server.stop()
    again = taken[1:]
    print(f"Your hand opened: first {taken[0]:.3f} s, then median {median(again):.3f} s, at most {max(again):.3f} s")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collection", description=__doc__)
    parser.add_argument("--drawings", type=int, default=MOST_DRAWINGS - 1, help="how many drawings (default: 9999)")
    count = parser.parse_args(arguments).drawings
    content = to_zip(drawings(count))
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        kept = Collection(Path(folder) / "collection")
        doing = f"{count:,} drawings imported from a zip of {len(content) / 1e6:.1f} MB"
        timed(doing, lambda: kept.add_zip(content, asker=TEACHER))
        reader = CollectionReader(kept.folder)
        timed("read for the first time after the server's start", reader.read)
        timed("read again, unchanged", reader.read)
        timed("one more drawing filed", lambda: kept.add(np.zeros((28, 28), np.float32), 3, asker=TEACHER))
        timed("read again with one drawing more", reader.read)
        timed("its names listed", kept.ids)
        page_opened(Path(folder))


if __name__ == "__main__":
    main()
