"""When each seat's page is drawn anew after the teacher has changed something for all: a few at a time.

Forty scripts at once share one interpreter. Each page would come as late as the last one, half drawn until then.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

AT_ONCE = 4
"""Pages that are drawn at a time: while some phones have yet to answer, others keep the interpreter busy."""
APART = 0.05
"""Seconds that one of the longer pages takes; whoever waits asks again when those before it have been drawn."""
_PATIENCE = 1.0
"""Seconds after which a phone that does not begin, or does not ask again, has lost its turn."""


@dataclass(slots=True)
class _Page:
    """One that is drawn, or about to be."""

    since: float
    """Seconds of the monotonic clock."""
    script: threading.Thread | None = None
    """That draws it; None before it has begun."""

    def is_under_way(self, now: float) -> bool:
        return now - self.since < _PATIENCE if self.script is None else self.script.is_alive()


@dataclass(frozen=True, slots=True)
class Turns:
    """A queue of seats."""

    _guard: threading.Lock = field(default_factory=threading.Lock)
    _pages: dict[str, _Page] = field(default_factory=dict)
    """Of the seats whose turn it is."""
    _waiting: dict[str, float] = field(default_factory=dict)
    """When each of the others has asked last, in the order in which they came."""

    def wait(self, seat: str, now: float) -> float:
        """Return after how many seconds the seat is to ask again; 0 if its page is to be drawn now.

        Args:
            seat: one that sits in the class, whose page must be drawn anew; strangers would fill the queue.
            now: seconds of the monotonic clock.
        """
        with self._guard:
            for gone in [one for one, page in self._pages.items() if not page.is_under_way(now)]:
                del self._pages[gone]
            for gone in [one for one, asked in self._waiting.items() if now - asked > 2 * _PATIENCE]:
                del self._waiting[gone]
            if seat in self._pages or len(self._pages) < AT_ONCE:
                self._waiting.pop(seat, None)
                self._pages.setdefault(seat, _Page(now))
                return 0.0
            self._waiting[seat] = now
            place = list(self._waiting).index(seat)
            return min(APART * (place + 1), _PATIENCE)

    def begin(self, seat: str) -> None:
        """Note that this thread draws the seat's page."""
        with self._guard:
            if page := self._pages.get(seat):
                page.script = threading.current_thread()


TURNS = Turns()
"""Of all seats of the server."""
