"""A class that is open, with its board: python -m benchmarks.led_class

Learners join by the code; half of them train, half draw; two windows watch the board. Then the teacher brings them from
page to page. Printed: how long each action took, how long it took from a stroke until the board had it, and from the
teacher's click until a phone had the new page. `--minutes 10` tells whether memory stays flat.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Sequence

import psutil

from benchmarks.answers import Answers, p95
from benchmarks.class_session import Session
from benchmarks.classroom import draw_on, train_on
from benchmarks.machine import machine
from benchmarks.served import open_class
from mnist_core.asker import TEACHER
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.seats import seats
from mnist_core.classroom.settings import bring_all
from mnist_core.classroom.tasks import set_task
from mnist_core.runs.store import list_runs
from tests.support.browser import Server, tracebacks

_BOARD_EVERY = 0.4
"""Seconds; as class_board.js has it."""
_MEMORY_EVERY = 15.0
_BROUGHT_TO = ("Lessons", "Train", "Draw", "Home") * 2
"""Pages, one after the other."""
_STAY = 6.0
"""Seconds on each of them."""


async def watch_board(session: Session, answers: Answers, lags: list[float], until: float) -> None:
    """Watch the board, and note how long each stroke took to be on it."""
    await session.open("Class", "section=Board")
    seen: dict[str, float] = {}
    while time.monotonic() < until:
        for tile in await session.ask_board():
            drawing, seat = tile["drawing"], tile["seat"]
            if drawing and drawing["at"] != seen.get(seat):
                if seat in seen and seat in answers.drawn:
                    lags.append(time.monotonic() - answers.drawn[seat])
                seen[seat] = drawing["at"]
        await asyncio.sleep(_BOARD_EVERY)


async def look_at_memory(process: psutil.Process, found: list[float], until: float) -> None:
    """Note the server's memory, in MiB, now and then."""
    while time.monotonic() < until:
        found.append(process.memory_info().rss / 2**20)
        await asyncio.sleep(min(_MEMORY_EVERY, max(0.1, until - time.monotonic())))


async def bring(classroom: Classroom, phones: Sequence[Session], answers: Answers) -> list[float]:
    """Bring all from page to page; return after how many seconds each phone had the new page, each time."""
    waits: list[float] = []
    for page in _BROUGHT_TO:
        clicked = time.monotonic()
        bring_all(classroom, page, asker=TEACHER)
        answers.note(await asyncio.gather(*(phone.watch(clicked + _STAY) for phone in phones), return_exceptions=True))
        waits += [phone.came - clicked for phone in phones if phone.came > clicked]
    return waits


async def hold(server: Server, classroom: Classroom, learners: int, seconds: float) -> None:
    """Let a class join, work and be watched, and print what it was like."""
    answers = Answers()
    lags: list[float] = []
    memory: list[float] = []
    phones = [Session(server.url, answers, phone=True) for _ in range(learners)]
    boards = [Session(server.url, answers) for _ in range(2)]
    for phone in phones:
        await phone.join(classroom.code)
    process, began = psutil.Process(server.process.pid), time.monotonic()
    until, before = began + seconds, process.cpu_times()
    tasks = [(train_on, draw_on)[i % 2](phone, until) for i, phone in enumerate(phones)]
    tasks += [watch_board(board, answers, lags, until) for board in boards]
    tasks.append(look_at_memory(process, memory, until))
    answers.note(await asyncio.gather(*tasks, return_exceptions=True))
    after, took = process.cpu_times(), time.monotonic() - began
    waits = await bring(classroom, phones, answers)
    for session in (*phones, *boards):
        await session.close()
    share = (after.user + after.system - before.user - before.system) / took
    print(f"{learners} seats, {took:.0f} s: the server took {share:.0%} of a core; load {os.getloadavg()[0]:.1f}")
    print(answers.table())
    if lags:
        print(f"  stroke to board n {len(lags)}   median {statistics.median(lags):.2f} s   95 % {p95(lags):.2f} s")
    print(f"  click to the new page: {len(waits)} of {len(_BROUGHT_TO) * learners} brought", end="")
    print(f"   median {statistics.median(waits):.2f} s   95 % {p95(waits):.2f} s   last {max(waits):.2f} s")
    third = max(1, len(memory) // 3)
    first, last = statistics.mean(memory[third : 2 * third] or memory), statistics.mean(memory[-third:])
    print(f"  memory {memory[0]:.0f} MiB first; {first:.0f} in the middle third, {last:.0f} in the last: ", end="")
    print(f"{last / first - 1:+.1%}")
    print(f"  errors: {dict(answers.errors) or 'none'}; tracebacks: {len(tracebacks(server.said()))}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.led_class", description=__doc__)
    parser.add_argument("--learners", type=int, default=40, help="how many (default: 40)")
    parser.add_argument("--minutes", type=float, default=1.5, help="how long the class lasts (default: 1.5)")
    arguments = parser.parse_args()
    print(machine())
    with open_class() as (server, classroom):
        set_task(classroom, 7, 3, asker=TEACHER)
        asyncio.run(hold(server, classroom, arguments.learners, 60 * arguments.minutes))
        joined, runs = len(seats(classroom)), list_runs(server.runs)
        print(f"  {joined} seats on disk, {len(runs)} runs, all owned: {all(run.owner() for run in runs)}")


if __name__ == "__main__":
    main()
