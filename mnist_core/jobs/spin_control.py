"""Lets OpenMP's threads spin while they wait as long as other programs leave the cores alone, and else sleep.

How long a thread spins, libgomp reads from the environment once (`mnist_core.openmp`). But in a process with more
OpenMP threads than cores it spins for 1,000 rounds at most: see GOMP_SPINCOUNT in libgomp's manual. So this keeps
further teams of threads, which do nothing, for as long as the threads that compute are to sleep. What is computed stays
the same bit for bit.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from time import monotonic, process_time

import psutil
import torch

from mnist_core.jobs.cores import cores
from mnist_core.openmp import spins

_WANTED, _FREE = 0.25, 0.15
"""Cores that other programs take, from which on threads sleep; and up to which they spin again."""
_CALM = 4
"""Looks, one after another, in which the cores must be free until threads spin again."""
_SHORTEST = 0.2
"""Seconds between two looks: the system counts processor time in steps of 0.01 s."""
_LARGE = torch.ones(1 << 18)
"""Large enough to be added up by all threads."""


class SpinControl:
    """Decides how this process's OpenMP threads wait, if `openmp.let_spin` was called before torch was loaded."""

    def __init__(self, others: Callable[[], float] | None = None) -> None:
        """Begin with threads that spin; `others` returns the cores that other programs took since its last call."""
        self._others = others or OtherPrograms()
        self._looked = monotonic()
        self._calm = 0
        self._sleep: contextlib.ExitStack | None = None

    def __enter__(self) -> SpinControl:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def sleeps(self) -> bool:
        """Whether waiting threads sleep."""
        return self._sleep is not None

    def look(self) -> None:
        """See what other programs do, and let waiting threads spin or sleep; to be called a few times a second."""
        if not spins() or torch.get_num_threads() < 2 or monotonic() - self._looked < _SHORTEST:
            return
        self._looked, taken = monotonic(), self._others()
        self._calm = self._calm + 1 if taken < _FREE else 0
        if self._sleep is None and taken > _WANTED:
            self._sleep = contextlib.ExitStack()
            self._sleep.enter_context(threads_sleep())
        elif self._calm >= _CALM:
            self.close()

    def close(self) -> None:
        """Let waiting threads spin."""
        if self._sleep is not None:
            self._sleep.close()
            self._sleep = None


class OtherPrograms:
    """Measures how many of this process's cores other programs take."""

    def __init__(self) -> None:
        self._before = self._read()

    def __call__(self) -> float:
        """Return how many cores they took on average since the last call."""
        now = self._read()
        busy, own, seconds = (after - before for after, before in zip(now, self._before, strict=True))
        self._before = now
        return max(0.0, busy - own) / seconds if seconds else 0.0

    def _read(self) -> tuple[float, float, float]:
        """Return the processor time of all programs on these cores, that of this process, and the clock, in seconds."""
        each = psutil.cpu_times(percpu=True)
        ours = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(len(each))
        idle = ("idle", "iowait", "guest", "guest_nice")  # a guest's time is in the user's, too
        busy = sum(sum(each[i]) - sum(getattr(each[i], name, 0.0) for name in idle) for i in ours if i < len(each))
        return busy, process_time(), monotonic()


@contextlib.contextmanager
def threads_sleep() -> Iterator[None]:
    """Have more OpenMP threads than cores: in this context those that wait spin for 1,000 rounds at most."""
    end, threads = threading.Event(), torch.get_num_threads()
    teams = (cores() - threads) // (threads - 1) + 1  # a team has the thread that calls it, and one fewer
    began = threading.Barrier(teams + 1)
    callers = [threading.Thread(target=_keep_team, args=(began, end), daemon=True) for _ in range(teams)]
    for caller in callers:
        caller.start()
    began.wait()
    try:
        yield
    finally:
        end.set()
        for caller in callers:
            caller.join()


def _keep_team(began: threading.Barrier, end: threading.Event) -> None:
    """Have a team of OpenMP threads, which live as long as the thread that called them."""
    _LARGE.sum()
    began.wait()
    end.wait()
