"""What Streamlit's caches must not hold, as a browser can have them cleared: who owns processes, and what took long."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Singleton(Generic[T]):
    """Keeps the one object of a server that owns processes; where another takes its place, it is closed first."""

    def __init__(self, make: Callable[[str], T], close: Callable[[T], None]) -> None:
        """Take what makes the object of a folder, and what ends its processes."""
        self._make, self._close = make, close
        self._guard = threading.Lock()
        self._owned: tuple[str, T] | None = None

    def of(self, folder: str) -> T:
        """Return the object of a folder."""
        with self._guard:
            if self._owned is None or self._owned[0] != folder:
                self._close_owned()
                self._owned = folder, self._make(folder)
            return self._owned[1]

    def close(self) -> None:
        """Close the object, if there is one."""
        with self._guard:
            self._close_owned()

    def _close_owned(self) -> None:
        owned, self._owned = self._owned, None
        if owned:
            self._close(owned[1])


class Kept(Generic[K, T]):
    """Keeps objects by their keys, those that were last asked for, up to a number."""

    def __init__(self, most: int, *, seconds: float | None = None) -> None:
        """Keep at most `most`, and where `seconds` are given, none longer than that after it was made."""
        self._most, self._seconds = most, seconds
        self._guard = threading.RLock()
        self._kept: OrderedDict[K, tuple[float, T]] = OrderedDict()

    def get(self, key: K, make: Callable[[], T]) -> T:
        """Return the object of a key; `make` it where none is kept. Whoever asks meanwhile waits for it."""
        with self._guard:
            now = time.monotonic()
            made, found = self._kept.pop(key, (now, None))
            if found is None or (self._seconds is not None and now - made >= self._seconds):
                made, found = now, make()
            self._kept[key] = made, found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return found

    def clear(self) -> None:
        """Keep none of them any more."""
        with self._guard:
            self._kept.clear()
