"""The server or a worker killed in the middle of a lesson, again and again: python -m benchmarks.kills --times 50

Phones join, draw, file their drawings and train. At random moments the server or the process of a training is killed
with SIGKILL, or a phone loses its connection. Afterwards every seat must be in the class under its name, every drawing
that was shown as filed in the collection, and every run that was started among the runs. What is lost is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import time
from collections import Counter

from benchmarks.answers import Answers
from benchmarks.class_session import Session
from benchmarks.machine import machine
from benchmarks.served import open_class
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.seats import seats
from mnist_core.runs.store import list_runs
from tests.support.browser import Server

_QUICK = "train_size=3000&validation_size=1000&epochs=20"


class Phone:
    """One learner, who draws and trains, and comes back when the connection is lost."""

    def __init__(self, server: Server, code: str, number: int) -> None:
        self._server, self._code, self._number = server, code, number
        self.name = ""
        self.session = self._new()
        self._strokes = 0
        self.filed = 0
        """Drawings that the page has called filed."""

    def _new(self) -> Session:
        return Session(self._server.url, Answers(), phone=True)

    async def join(self) -> None:
        """Join the class."""
        self.name = await self.session.join(self._code)

    async def come_back(self) -> None:
        """Open the app anew with the same cookies, as a phone does that was asleep."""
        cookies = self.session.cookies
        with contextlib.suppress(Exception):
            await self.session.close()
        self.session = self._new()
        await self.session.connect(cookies)

    async def work(self, until: float) -> None:
        """Draw and file, or train, until the time is over or the server is gone."""
        with contextlib.suppress(Exception):  # the server is killed meanwhile
            if self._number % 2:
                await self.session.go("Train", _QUICK)
                await self.session.press("Start")
                await self.session.watch(until)
                return
            await self.session.go("Draw")
            while time.monotonic() < until:
                self._strokes += 1
                await self.session.stroke(self._strokes)
                if await self.session.file_under(7):
                    self.filed += 1


async def lesson(server: Server, classroom: Classroom, times: int, learners: int) -> Counter[str]:
    """Hold a lesson in which something is killed so many times; return what was lost, by what it is."""
    lost: Counter[str] = Counter()
    phones = [Phone(server, classroom.code, number) for number in range(learners)]
    for phone in phones:
        await phone.join()
    names = {phone.name for phone in phones}
    for number in range(times):
        until = time.monotonic() + random.uniform(0.5, 6.0)
        work = asyncio.gather(*(phone.work(until + 5) for phone in phones))
        await asyncio.sleep(max(0.0, until - time.monotonic()))
        known = {run.id for run in list_runs(server.runs)}
        what = ("server", "worker", "connection")[number % 3]
        killed = _kill(server, what)
        if what == "connection":
            for phone in phones:
                await phone.session.close()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        if what == "server":
            await asyncio.to_thread(server.start)
        for phone in phones:
            await phone.come_back()
            await phone.session.go("Class")
            if not phone.session.shows(f"You are {phone.name}"):
                lost["a seat is not where it was"] += 1
        lost["seats"] += len(names - {seat.name for seat in seats(classroom)})
        kept = len(server.collection.drawings()[0])
        lost["drawings"] += max(0, sum(phone.filed for phone in phones) - kept)
        lost["damaged drawings"] += len(server.collection.drawings()[1])
        lost["runs"] += len(known - {run.id for run in list_runs(server.runs)})
        print(f"  {number + 1}: {what} killed ({killed}); {kept} drawings, {len(known)} runs", flush=True)
    return lost


def _kill(server: Server, what: str) -> str:
    if what == "server":
        server.kill()
        return str(server.process.pid)
    if what == "worker":
        for run in list_runs(server.runs):
            if run.is_alive():
                process = json.loads((run.path / "worker.json").read_text())["process"]
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                return str(process)
    return "none at work" if what == "worker" else "all phones"


def main() -> None:
    """Kill, look and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="how often something is killed (default: 50)")
    parser.add_argument("--learners", type=int, default=6, help="how many (default: 6)")
    arguments = parser.parse_args()
    print(machine())
    with open_class() as (server, classroom):
        lost = asyncio.run(lesson(server, classroom, arguments.times, arguments.learners))
    told = {what: number for what, number in lost.items() if number}
    print(f"{arguments.times} times: lost {told or 'nothing'}")


if __name__ == "__main__":
    main()
