"""The server or a worker killed in the middle of a lesson, again and again: python -m benchmarks.kills --times 50

Phones join, draw, file their drawings, say what they expect, and train. At random moments the server or the process of
a training is killed with SIGKILL, or some phones lose their connection without a goodbye, in the middle of a stroke or
a Start. Afterwards every seat must be in the class under its name, every drawing that was shown as filed in the
collection, every run that was started among the runs, and what was expected of it recorded. Where the server lives, the
board must bear the last drawing. What is lost is printed.
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
from mnist_core.classroom.predictions import predictions
from mnist_core.classroom.seats import seats
from mnist_core.runs.store import list_runs
from tests.support.browser import Server

_QUICK = "train_size=3000&validation_size=1000&epochs=20"
_GUESS = 87.0
"""Per cent that each phone expects of its runs."""


class Phone:
    """One learner, who draws and trains, and comes back when the connection is lost."""

    def __init__(self, server: Server, code: str, number: int) -> None:
        self._server, self._code, self._number = server, code, number
        self.name = ""
        self.session = self._new()
        self._strokes = 0
        self._drawn = 0
        """The last stroke that the server has answered."""
        self.filed = 0
        """Drawings that the page has called filed."""
        self.run = ""
        """That was started last, as the page has shown it."""

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
                await self.session.guess(_GUESS)
                before = self.session.watched()
                await self.session.press("Start")
                if self.session.watched() not in ("", before):
                    self.run = self.session.watched()
                await self.session.watch(until)
                return
            await self.session.go("Draw")
            while time.monotonic() < until:
                self._strokes += 1
                await self.session.stroke(self._strokes)
                self._drawn = self._strokes
                if await self.session.file_under(7):
                    self.filed += 1

    async def look(self, classroom: Classroom, *, server_lives: bool) -> list[str]:
        """Return what is not where it was, after the phone has come back."""
        lost = []
        await self.session.go("Class")
        if not self.session.shows(f"You are {self.name}"):
            lost.append("a seat is not where it was")
        if self.run and predictions(classroom, self.session.seat).get(self.run) != _GUESS / 100:
            lost.append("a prediction")
        if self._drawn and server_lives:
            await self.session.go("Draw")
            if not any(self.session.bears(number) for number in range(self._drawn, self._strokes + 1)):
                lost.append("a drawing is not on the board")
        return lost


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
        dropped = random.sample(phones, random.randint(1, len(phones))) if what == "connection" else []
        killed = _kill(server, what) if not dropped else f"{len(dropped)} phones"
        for phone in dropped:
            await phone.session.drop()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        if what == "server":
            await asyncio.to_thread(server.start)
        for phone in phones:
            await phone.come_back()
            lost.update(await phone.look(classroom, server_lives=what != "server"))
        lost["seats"] += len(names - {seat.name for seat in seats(classroom)})
        kept = len(server.collection.drawings()[0])
        lost["drawings"] += max(0, sum(phone.filed for phone in phones) - kept)
        lost["damaged drawings"] += len(server.collection.drawings()[1])
        lost["runs"] += len(known - {run.id for run in list_runs(server.runs)})
        shown = sum(bool(phone.run) for phone in phones)
        print(f"  {number + 1}: {what} killed ({killed}); {kept} drawings, {len(known)} runs, ", end="")
        print(f"{shown} of them shown to who started them last", flush=True)
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
    return "none at work"


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
