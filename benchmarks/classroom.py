"""A class on one server, half of it training and watching, half of it drawing: python -m benchmarks.classroom

The sessions are simulated: each speaks Streamlit's own websocket and asks our routes as a browser does, with no browser
to slow the machine down. `--also FOLDER` measures the checkout in another folder first, an older version say.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import psutil

from benchmarks.answers import Answers
from benchmarks.class_session import Session
from benchmarks.machine import machine
from tests.support.browser import ROOT, Server

ARRIVAL = 5.0
"""Seconds within which all come."""
START_EVERY = (25.0, 45.0)
"""Seconds from one Start of a learner to the next."""
STROKE_EVERY = (1.5, 4.5)
_START = "Start"


async def train(session: Session, until: float) -> None:
    """Open Train, press Start now and then, and watch what comes."""
    await asyncio.sleep(ARRIVAL * random.random())
    await session.connect()
    await train_on(session, until)


async def train_on(session: Session, until: float) -> None:
    """Do what `train` does, as one who is connected."""
    await session.go("Train")
    await asyncio.sleep(5 * random.random())
    while time.monotonic() < until:
        await session.press(_START)
        await session.watch(min(until, time.monotonic() + random.uniform(*START_EVERY)))


async def draw(session: Session, until: float) -> None:
    """Open Draw and draw a digit every few seconds."""
    await asyncio.sleep(ARRIVAL * random.random())
    await session.connect()
    await draw_on(session, until)


async def draw_on(session: Session, until: float) -> None:
    """Do what `draw` does, as one who is connected."""
    await session.go("Draw")
    number = 0
    while (lifted := time.monotonic() + random.uniform(*STROKE_EVERY)) < until:
        await session.watch(lifted)
        await session.stroke(number := number + 1)
    await session.watch(until)


async def look_on(session: Session, until: float) -> None:
    """Open Train, on which whatever is under way is seen, and watch it."""
    await asyncio.sleep(ARRIVAL * random.random())
    await session.open("Train")
    await session.watch(until)


KINDS: dict[str, tuple[Callable[[Session, float], Coroutine[None, None, None]], ...]] = {
    "class": (train, draw),
    "train": (train,),
    "draw": (draw,),
    "watch": (look_on,),
}
"""What the learners do, by its name: one after the other does the one and the next thing."""


async def hold(server: Server, learners: int, seconds: float, kind: str) -> None:
    """Let a class come, work and go, and print what it was like."""
    process = psutil.Process(server.process.pid)
    answers = Answers()
    before, memory, began = process.cpu_times(), process.memory_info().rss, time.monotonic()
    kinds = KINDS[kind]
    sessions = [Session(server.url, answers, phone=True) for _ in range(learners)]
    tasks = [asyncio.create_task(kinds[i % len(kinds)](session, began + seconds)) for i, session in enumerate(sessions)]
    answers.note(await asyncio.gather(*tasks, return_exceptions=True))
    peak, after, took = process.memory_info().rss, process.cpu_times(), time.monotonic() - began
    for session in sessions:
        await session.close()
    share = (after.user + after.system - before.user - before.system) / took
    print(f"{learners} learners, {took:.0f} s: the server took {share:.0%} of a core; load {os.getloadavg()[0]:.1f}")
    print(answers.table())
    print(f"  memory {memory / 2**20:.0f} MiB before, {peak / 2**20:.0f} MiB with all: ", end="")
    print(f"{(peak - memory) / 2**20 / learners:.1f} MiB a session")
    print(f"  errors: {dict(answers.errors) or 'none'}")


def measure(folder: Path, learners: int, seconds: float, kind: str) -> None:
    """Serve the checkout in `folder` and hold two classes there: the second finds everything loaded.

    Where all look on, there is a training to look at.
    """
    with tempfile.TemporaryDirectory() as data:
        server = Server(Path(data) / "runs", app=folder)
        try:
            process = psutil.Process(server.process.pid)
            asyncio.run(hold_quietly(server))
            if kind == "watch":
                asyncio.run(start_one(server))
            for name in ("first class", "second class"):
                print(f"{folder.name}, {name}, {process.memory_info().rss / 2**20:.0f} MiB")
                asyncio.run(hold(server, learners, seconds, kind))
                if kind != "watch":
                    server.stop_runs()
        finally:
            server.stop()


async def hold_quietly(server: Server) -> None:
    """Have torch, the data and the networks loaded before anything is measured."""
    for kind in (train, draw):
        session = Session(server.url, Answers())
        await kind(session, time.monotonic() + 10)
        await session.close()


async def start_one(server: Server) -> None:
    """Start a training that lasts longer than any class."""
    session = Session(server.url, Answers())
    await session.open("Train", "preset=notebook&epochs=50")
    await session.press(_START)
    await session.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classroom", description=__doc__)
    parser.add_argument("--learners", type=int, default=40, help="how many (default: 40)")
    parser.add_argument("--seconds", type=float, default=90, help="how long each class lasts (default: 90)")
    parser.add_argument("--kind", choices=KINDS, default="class", help="what they do (default: class, half and half)")
    parser.add_argument("--also", type=Path, help="the folder of another checkout, measured first")
    arguments = parser.parse_args()
    print(machine())
    for folder in filter(None, (arguments.also, ROOT)):
        measure(folder.resolve(), arguments.learners, arguments.seconds, arguments.kind)


if __name__ == "__main__":
    main()
