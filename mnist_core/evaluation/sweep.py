"""Sweep: a robustness measurement that runs in the background for as long as somebody looks. No torch, no Streamlit."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from mnist_core.evaluation.robustness import POINTS, Point


@dataclass(frozen=True, slots=True)
class Progress:
    """What is measured so far."""

    points: tuple[Point, ...]
    finished: bool
    failed: bool
    seconds_left: float | None
    """At the pace so far; None before the first point and after the last."""

    @property
    def share(self) -> float:
        """Share of the points that are measured, 0 to 1."""
        return len(self.points) / POINTS


class Sweep:
    """Points in the making, shared by all who look at them.

    A look starts the work or goes on with it; with no look for `patience` seconds it pauses after the point that it
    is at, and keeps what it has. Of all sweeps of a process one measures at a time, so that many of them take no more
    than one core from whatever else runs.
    """

    _turn: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, points: Iterator[Point], patience: float = 3.0) -> None:
        """Take the iterator to ask for points; `patience` in seconds."""
        self._source = points
        self._patience = patience
        self._guard = threading.Lock()
        self._points: list[Point] = []
        self._seconds = 0.0
        self._finished = self._failed = False
        self._looked = 0.0
        self._thread: threading.Thread | None = None

    def look(self) -> Progress:
        """Return what is measured so far, and see to it that the rest is being measured."""
        with self._guard:
            self._looked = time.monotonic()
            if self._thread is None and not self._finished and not self._failed:
                # Not a daemon, which a thread started by a daemon would be: killed inside torch it aborts the process.
                self._thread = threading.Thread(target=self._work, name="digit-lab-sweep", daemon=False)
                self._thread.start()
            count = len(self._points)
            left = self._seconds / count * (POINTS - count) if count and not self._finished else None
            return Progress(tuple(self._points), self._finished, self._failed, left)

    @property
    def working(self) -> bool:
        """Whether points are being measured."""
        return self._thread is not None

    def _work(self) -> None:
        while True:
            began = time.monotonic()
            with self._turn:
                point, failed = self._next()
            with self._guard:
                now = time.monotonic()
                self._seconds += now - began
                self._failed, self._finished = failed, point is None and not failed
                if point is not None:
                    self._points.append(point)
                unseen = now - self._looked > self._patience
                ending = not threading.main_thread().is_alive()
                if self._finished or self._failed or unseen or ending:
                    self._thread = None  # the next look starts another
                    return

    def _next(self) -> tuple[Point | None, bool]:
        try:
            return next(self._source, None), False
        except Exception:
            logging.getLogger(__name__).exception("the robustness of a network could not be measured")
            return None, True
