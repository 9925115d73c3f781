"""When each seat's page is drawn anew after the teacher has changed something for all: one after the other.

Forty scripts at once share one interpreter. Each page would come as late as the last one, half drawn until then.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

APART = 0.05
"""Seconds from one page to the next: as long as the interpreter takes for one of the longer pages."""
_MOST = 200
"""Seats whose turns are remembered, those that came last."""


@dataclass(frozen=True, slots=True)
class Turns:
    """A queue of pages, for all seats of the server."""

    _guard: threading.Lock = field(default_factory=threading.Lock)
    _turns: OrderedDict[str, tuple[str, float]] = field(default_factory=OrderedDict)
    """Of each seat, for which stage of the class its page is to be drawn, and when."""

    def wait(self, seat: str, stage: str, now: float) -> float:
        """Return in how many seconds it is the seat's turn; who asks again for the same stage keeps its turn.

        Args:
            seat: one that sits in the class: strangers would fill the queue.
            stage: of the class, for which its page is not drawn yet.
            now: seconds of the monotonic clock.
        """
        with self._guard:
            known, turn = self._turns.get(seat, ("", 0.0))
            if known != stage:
                last = max((at for _, at in self._turns.values()), default=0.0)
                turn = max(now, last + APART)
                self._turns.pop(seat, None)
                self._turns[seat] = stage, turn
                while len(self._turns) > _MOST:
                    self._turns.popitem(last=False)
            return max(0.0, turn - now)
