"""What a machine of the cluster does: keeps a run's directory, and has a worker process train it. No torch, no Dask.

A machine that holds no directory yet asks for one. So a run whose machine was lost goes on elsewhere from what the app
has of it by then, and not from what it was first handed over with.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from mnist_core.cluster.exchange import Have, News, find_news, hashes_of, lay_out
from mnist_core.cluster.version import describe_difference
from mnist_core.errors import RunError
from mnist_core.jobs.worker_process import WorkerProcess
from mnist_core.runs.run import Run
from mnist_core.storage.atomic import write_atomically

KEPT = 12 * 3600.0
"""Seconds for which a run is kept that no app asks for: its app has ended, and may come back."""
_POLL = 0.05
"""Seconds between looks whether a run has ended."""


class Request(TypedDict):
    """What the app tells, and asks for."""

    run: str
    """Its id."""
    path: str
    """The app's directory of the run."""
    may_share: bool
    """Whether that may be used directly where this machine has the same disk."""
    have: Have
    requests: Mapping[str, bytes]
    """What is asked of the run's worker (`exchange.requests_of`)."""
    with_network: bool
    """Whether the network as of the last report is to come."""
    files: NotRequired[Mapping[str, bytes]]
    """To begin with, if a directory was asked for."""
    begin_there: NotRequired[bool]
    """To begin in the app's directory, if that was asked for."""
    hashes: NotRequired[Mapping[str, str]]
    """Of what the app has of the logs (`exchange.hashes_of`), when it comes back."""
    let_go: NotRequired[bool]
    """Whether the run is wanted no more."""


class Answer(TypedDict):
    """How the run stands on this machine."""

    state: Literal["unknown", "waiting", "training", "ended", "refused", "another"]
    """unknown: it is not here yet; waiting: for its directory; another: it has gone on differently elsewhere."""
    shared: bool
    """Whether the app's directory is on a disk of this machine."""
    reason: str
    """Why it is refused."""
    news: News


class Held:
    """One run that this machine holds, from the moment when its task begins until the app lets go of it."""

    def __init__(self, key: str, version: str, where: str, scratch: str | Path) -> None:
        """Hold no directory of it yet.

        Args:
            key: of its task.
            version: of the app's code.
            where: what this machine is called.
            scratch: an empty folder for the run.
        """
        self._key, self._where, self._scratch = key, where, Path(scratch)
        self._run: Run | None = None
        self._shared, self._ended = False, False
        self._reason = describe_difference(version, where)
        self._begun, self._let_go = threading.Event(), threading.Event()
        self._asked = time.monotonic()

    def answer(self, request: Request) -> Answer:
        """Take what the app has sent, and return how the run stands."""
        self._asked = time.monotonic()
        if request.get("let_go"):
            self._let_go.set()
        ended, news = self._ended, News(lines={}, files={}, stamps={})  # before the news: then none comes after them
        shared = request["may_share"] and self._sees(request["path"])
        try:
            if self._run is None and not self._reason:
                self._begin(request)
            elif self._run and not self._knows(request):
                return Answer(state="another", shared=shared, reason="", news=news)
            if self._run and not self._shared:
                lay_out(self._run, request["requests"])
                news = find_news(self._run, request["have"], with_network=ended or request["with_network"])
        except (OSError, RunError) as error:
            self._reason = f"The cluster's worker {self._where} cannot keep the run: {error}."
        state: Literal["waiting", "training", "ended", "refused"] = "ended" if ended else "training"
        if self._reason:
            state = "refused"
        elif self._run is None:
            state = "waiting"
        return Answer(state=state, shared=shared, reason=self._reason, news=news)

    def carry_out(self, threads: int, is_closing: Callable[[], bool]) -> None:
        """Have the run trained, and return when the app has let go of it, or this machine is closing."""

        def over() -> bool:
            return self._let_go.is_set() or is_closing() or time.monotonic() - self._asked > KEPT

        while not self._begun.wait(_POLL):
            if over():
                return None
        assert self._run is not None
        process = _workers.take_worker(threads)
        process.hand_over(self._run)
        while process.run and not process.dead:
            if over():
                return process.kill()
            time.sleep(_POLL)
        self._ended = True
        _workers.give_back(process)
        while not over():
            self._let_go.wait(_POLL)
        return None

    def _begin(self, request: Request) -> None:
        if request.get("begin_there"):
            self._run, self._shared = Run(request["path"]), True
        elif "files" in request:
            run = Run(self._scratch / request["run"])
            run.path.mkdir(exist_ok=True)
            lay_out(run, request["files"])
            write_atomically(run.queued, "1")
            self._run = run
        if self._run:
            self._begun.set()

    def _knows(self, request: Request) -> bool:
        """Return whether what the app has of the logs, when it comes back, is the beginning of those here."""
        hashes = request.get("hashes")
        return hashes is None or self._run is None or hashes == hashes_of(self._run, request["have"]["lengths"])

    def _sees(self, path: str) -> bool:
        """Return whether the app's directory is here: the same path holds the key of this very task."""
        try:
            return Run(path).on_cluster.read_text() == self._key
        except OSError:
            return False


class _Workers:
    """The worker processes of this machine that are warm and have no run."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._idle: list[WorkerProcess] = []

    def take_worker(self, threads: int) -> WorkerProcess:
        with self._guard:
            while self._idle:
                if not (process := self._idle.pop()).dead:
                    return process
        return WorkerProcess(worker_command(threads))

    def give_back(self, process: WorkerProcess) -> None:
        if not process.dead:
            with self._guard:
                self._idle.append(process)

    def get_warm(self, threads: int) -> None:
        """Let a process get warm, if none is."""
        if not self._idle:
            self.give_back(WorkerProcess(worker_command(threads)))


def worker_command(threads: int) -> list[str]:
    """Return what starts a worker process whose runs have at most so many threads."""
    return [sys.executable, "-m", "mnist_core.jobs.worker", "--share", str(threads), "--with-parent"]


_workers = _Workers()
_held: dict[str, Held] = {}
get_warm = _workers.get_warm


def carry_out(key: str, version: str, *, where: str, folder: str, threads: int, is_closing: Callable[[], bool]) -> None:
    """Hold the run of a task, and return when the app has let go of it.

    Args:
        key: of the task.
        version: of the app's code.
        where: what this machine is called.
        folder: where it may keep files.
        threads: that the run may have.
        is_closing: whether this machine is about to leave the cluster.

    Raises:
        OSError: no directory can be made.
        RunError: no process can be started.
    """
    with tempfile.TemporaryDirectory(prefix="digit-lab-", dir=folder, ignore_cleanup_errors=True) as scratch:
        held = _held[key] = Held(key, version, where, scratch)
        try:
            held.carry_out(threads, is_closing)
        finally:
            with contextlib.suppress(KeyError):
                del _held[key]


def answer(key: str, request: Request) -> Answer:
    """Return how the run of a task stands on this machine."""
    if held := _held.get(key):
        return held.answer(request)
    return Answer(state="unknown", shared=False, reason="", news=News(lines={}, files={}, stamps={}))
