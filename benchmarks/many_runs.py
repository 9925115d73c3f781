"""What pages wait for where the folder of runs is full: python -m benchmarks.many_runs [--runs 10 1000] [--also FOLDER]

Prints, for each number of finished runs, how long the server's list of what is under way takes, the answer to the
sidebar's question, and Home, Train and Runs drawn for a visitor who has been there before. The pages are drawn over the
websocket, without a browser. `--also` measures the checkout in another folder first, an older version say.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.answers import Answers
from benchmarks.class_session import Session
from benchmarks.machine import machine
from mnist_core.asker import TEACHER
from mnist_core.config import TrainConfig
from mnist_core.events import Finished
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.network import build_model
from mnist_core.runs.store import create_run
from tests.support.browser import ROOT, Server
from tests.support.events import epoch, inspection, started, step, validation

VISITS = 10
PAGES = ("", "Train", "Runs")
_ACTIVE = """
import json, sys, time
from pathlib import Path
from mnist_core.jobs.scheduler import Jobs
from mnist_core.jobs.worker_process import LocalWorkers
Jobs._dispatch = lambda self: None  # no worker is wanted
jobs, taken = Jobs(Path(sys.argv[1]), LocalWorkers(2)), []
for _ in range(30):
    time.sleep(0.1)  # ten pages a second
    began = time.thread_time()
    jobs.active()
    taken.append(time.thread_time() - began)
print(json.dumps(taken))
"""


def fill(folder: Path, runs: int) -> None:
    """Make that many finished runs, each with a record of 120 lines and a network."""
    config = TrainConfig(filters=(4,), kernel_sizes=(3,), dense=(), epochs=1)
    first = create_run(config, "fast", folder, asker=TEACHER)
    first.append(started())
    for number in range(1, 31):
        for event in (step(number), step(number), validation(number), inspection(number)):
            first.append(event)
    first.append(epoch(1))
    first.append(Finished(step=20, test_loss=0.1, test_accuracy=0.98, seconds=21.0))
    save_checkpoint(first.snapshot, build_model(config).eval(), ModelCard(config=config, metrics={"epoch": 1}))
    for number in range(1, runs):
        shutil.copytree(first.path, folder / f"{first.id[:8]}-{number:06d}-fast-{number:08x}")


def active(folder: Path, app: Path) -> list[float]:
    """Return the milliseconds of processor time that each of thirty questions for the runs under way took."""
    asked = [sys.executable, "-c", _ACTIVE, str(folder)]
    told = subprocess.run(asked, cwd=app, check=True, capture_output=True, text=True).stdout
    return [1000 * seconds for seconds in json.loads(told)]


async def visit(server: Server) -> dict[str, list[float]]:
    """Open each page again and again and ask what runs; return the milliseconds that each took, by what it was."""
    answers = Answers()
    for page in PAGES:
        for _ in range(VISITS + 1):
            session = Session(server.url, answers)
            await session.open(page)
            await session.close()
    session = Session(server.url, answers)
    await session.open("")
    for _ in range(VISITS + 1):
        await asyncio.sleep(1.2)  # nobody has asked for a while
        await session.ask("running?", "/live/runs?most=3")
    await session.close()
    assert not answers.errors, answers.errors
    return answers.milliseconds


def measure(app: Path, runs: int) -> None:
    """Serve the checkout in `app` with that many runs and print what takes how long."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "runs"
        folder.mkdir()
        fill(folder, runs)
        report("Jobs.active()", active(folder, app))
        server = Server(folder, app=app)
        try:
            for what, taken in asyncio.run(visit(server)).items():
                report(what, taken)
        finally:
            server.stop()


_NAMES = {"open ": "Home", "open Train": "Train", "open Runs": "Runs", "running?": "what runs?"}


def report(what: str, taken: list[float]) -> None:
    """Print one line: the first time, and the median and the longest of the others."""
    again = sorted(taken[1:])
    print(f"  {_NAMES.get(what, what):14} first {taken[0]:7.2f} ms, ", end="")
    print(f"again: median {statistics.median(again):7.2f} ms, at most {again[-1]:.2f} ms", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_runs", description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[10, 1000], help="how many runs (default: 10 and 1000)")
    parser.add_argument("--also", type=Path, help="the folder of another checkout, measured first")
    arguments = parser.parse_args()
    print(machine())
    apps = filter(None, (arguments.also, ROOT))
    for app, runs in itertools.product(apps, arguments.runs):
        print(f"{app.resolve().name}, {runs:,} runs", flush=True)
        measure(app.resolve(), runs)


if __name__ == "__main__":
    main()
