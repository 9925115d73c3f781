"""BackgroundTask: the results of an iterator, asked for by a thread for as long as somebody looks at them.

`Turns` decides which of several tasks is asked next. No torch, no Streamlit.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from mnist_core.asker import Asker
from mnist_core.failures import describe_failure


class Result(Protocol):
    """What a task has found so far. Each result holds all that the one before it held."""

    @property
    def share(self) -> float:
        """How much of the whole is there, from 0 to 1."""


T = TypeVar("T", bound=Result)


@dataclass(frozen=True)
class Progress(Generic[T]):
    """A task as it stood at a look."""

    result: T
    finished: bool = False
    """Whether the result is whole."""
    failed: str | None = None
    """Why the task ended before its result was whole; a sentence."""
    ahead: int = 0
    """Tasks that go first."""
    seconds_left: float | None = None
    """Until the result is whole, those that go first included; None: nobody knows yet, or the task has ended."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.finished or self.failed is not None


class BackgroundTask(Generic[T]):
    """The results of an iterator, shared by all who look at them.

    A look begins the work, or goes on with it. When nobody has looked for `patience` seconds, the task pauses after
    the result in hand, or fails if it is not `resumable`. A failure is kept for all who look, until `retry`.
    All methods but `advance` may be called from any thread, and return at once.
    """

    def __init__(
        self,
        make: Callable[[], Generator[T, None, None]],
        nothing: T,
        turns: Turns,
        *,
        work: float = 1.0,
        patience: float = 3.0,
        resumable: bool = True,
        owner: str = "",
    ) -> None:
        """Prepare a task; nothing happens before the first look.

        Args:
            make: returns the iterator; called again after `retry`. An iterator that is given up is closed.
            nothing: the result before the first one.
            turns: decides when this task is asked for its next result.
            work: how much there is to do, in the unit of all tasks that share `turns`: multiply-adds, say.
            patience: seconds without a look after which the task pauses or ends.
            resumable: whether it pauses then.
            owner: the seat that it belongs to, which may cancel it; "" for one that all share.
        """
        self._make, self._nothing, self._turns = make, nothing, turns
        self._work, self._patience, self._resumable = work, patience, resumable
        self._owner = owner
        self._iterator: Generator[T, None, None] | None = None
        self._result, self._seconds, self._looked = nothing, 0.0, 0.0
        self._finished, self._cancelled = False, False
        self._failed: str | None = None
        self.number = 0
        """The smaller, the longer it has been under way; given by `Turns`."""

    def look(self) -> Progress[T]:
        """Return what has been found so far, and see to it that the rest is being found."""
        with self._turns.guard:
            self._looked = time.monotonic()
            if self.ended:
                return Progress(self._result, self._finished, self._failed)
            self._turns.add(self)
            ahead = self._turns.ahead_of(self)
            seconds = [task.seconds_left() for task in (*ahead, self)]
            known = [left for left in seconds if left is not None]
            left = sum(known) if len(known) == len(seconds) else None
            return Progress(self._result, ahead=len(ahead), seconds_left=left)

    def cancel(self, *, asker: Asker) -> None:
        """End the task for good, at once or after the result in hand.

        Raises:
            NotYoursError: it is not the asker's.
        """
        asker.require(self._owner, "this calculation")
        with self._turns.guard:
            if not self.ended:
                self._failed, self._cancelled = "It was stopped before its end.", True
            iterator = None if self.working else self.give_up()
        _close(iterator)

    def retry(self) -> None:
        """Forget a failure and what was found before it: the next look begins anew. `cancel` is for good."""
        with self._turns.guard:
            if self._failed and not self._cancelled:
                self._result, self._seconds, self._failed = self._nothing, 0.0, None

    def advance(self) -> None:
        """Ask the iterator for its next result. `Turns` calls this, in its thread."""
        began = time.monotonic()
        result, failed = None, None
        try:
            self._iterator = self._iterator or self._make()
            result = next(self._iterator, None)
        except Exception as error:
            failed = describe_failure(error)
        with self._turns.guard:
            self._seconds += time.monotonic() - began
            if result is not None:
                self._result = result
                return
            self._iterator = None  # it has ended, one way or the other
            self._failed = self._failed or failed
            self._finished = self._failed is None

    def give_up(self, *, for_good: bool = False) -> Generator[T, None, None] | None:
        """Return the iterator, to be closed, if the task needs it no more."""
        if self._resumable and not self.ended and not for_good:
            return None
        if not self.ended:
            self._failed = "It was stopped: nobody looked at it any more."
        iterator, self._iterator = self._iterator, None
        return iterator

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._finished or self._failed is not None

    @property
    def wanted(self) -> bool:
        """Whether there is more to find, and somebody looks."""
        return not self.ended and time.monotonic() - self._looked <= self._patience

    @property
    def working(self) -> bool:
        """Whether it is asked for results, or waits for its turn."""
        return self in self._turns.tasks

    @property
    def work_left(self) -> float:
        """How much there is still to do, in the unit of `work`."""
        return self._work * (1 - self._result.share)

    def seconds_left(self) -> float | None:
        """Return how long the rest should take, by its own pace or else by that of the others; None: nobody knows."""
        if share := self._result.share:
            return self._seconds / share * (1 - share)
        return self.work_left / self._turns.speed if self._turns.speed else None


def shortest_first(task: BackgroundTask[Any]) -> tuple[float, int]:
    """Order tasks by the work that is left, the newest first among equals: one long task delays nobody else."""
    return task.work_left, -task.number


def first_come(task: BackgroundTask[Any]) -> int:
    """Order tasks by when they came: the first is asked until it has ended, and only then the second is begun."""
    return task.number


class Turns:
    """Asks tasks for their results, one at a time: no two of them compute at once. Make one and keep it."""

    def __init__(self, order: Callable[[BackgroundTask[Any]], Any] = shortest_first) -> None:
        """Take the key by which tasks are ordered; it is asked anew before each result."""
        self.guard = threading.RLock()
        """Held while tasks change, but not while they compute."""
        self.tasks: list[BackgroundTask[Any]] = []
        """Those that are asked for results or wait for their turn."""
        self._order = order
        self._numbers = itertools.count(1)
        self._thread: threading.Thread | None = None
        self._done = self._spent = 0.0

    @property
    def speed(self) -> float:
        """Work a second, lately; 0 before any has been done."""
        return self._done / self._spent if self._spent else 0.0

    def add(self, task: BackgroundTask[Any]) -> None:
        """Ask `task` for its results, beginning with the next turn that it gets."""
        with self.guard:
            if task not in self.tasks:
                task.number = next(self._numbers)
                self.tasks.append(task)
            if self._thread is None:
                # No daemon, which a thread started by a daemon would be: ended inside torch it aborts the process.
                self._thread = threading.Thread(target=self._work, name="digit-lab-background", daemon=False)
                self._thread.start()

    def ahead_of(self, task: BackgroundTask[Any]) -> list[BackgroundTask[Any]]:
        """Return the tasks that go before `task`."""
        with self.guard:
            return [other for other in self.tasks if self._order(other) < self._order(task)]

    def _work(self) -> None:
        while (task := self._next()) is not None:
            began, left = time.monotonic(), task.work_left
            task.advance()
            # A mean over the last ten results or so: trainings come and go, and take cores with them.
            self._done = 0.9 * self._done + max(0.0, left - task.work_left)
            self._spent = 0.9 * self._spent + time.monotonic() - began

    def _next(self) -> BackgroundTask[Any] | None:
        """Let go of the tasks that are not wanted any more, and return the one to ask; None: there is none."""
        with self.guard:
            leaving = [task for task in self.tasks if not task.wanted]
            if server_ends := not threading.main_thread().is_alive():
                leaving = self.tasks
            self.tasks = [task for task in self.tasks if task not in leaving]
            iterators = [task.give_up(for_good=server_ends) for task in leaving]
            chosen = min(self.tasks, key=self._order, default=None)
            if chosen is None:
                self._thread = None  # the next task starts another
        for iterator in iterators:
            _close(iterator)
        return chosen


def _close(iterator: Generator[Any, None, None] | None) -> None:
    if iterator is None:
        return
    try:
        iterator.close()
    except Exception:  # or else the thread would end, and with it all other tasks
        logging.getLogger(__name__).exception("a calculation in the background could not be ended")
