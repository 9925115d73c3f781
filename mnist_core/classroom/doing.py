"""What each seat is doing and what it drew last, as the board shows it: a small file each. No torch."""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.asker import Asker
from mnist_core.classroom import records
from mnist_core.classroom.classroom import Classroom
from mnist_core.untrusted_text import SHORT, clean

_KEPT = 200
"""Records of seats that are kept in memory: a board that is watched asks for all of them several times a second."""


@dataclass(frozen=True, slots=True)
class Doing:
    """Where a seat is."""

    page: str = ""
    """The page that it looks at; empty before it has opened one."""
    lesson: str = ""
    """The lesson that is under way; empty for none."""
    step: str = ""
    """Of the lesson, in words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A drawing, and what the model in hand read in it."""

    image: NDArray[np.uint8]
    """(28, 28) grey values."""
    read: int | None
    """The digit; None where it was refused as no digit."""
    confidence: float
    """Probability of that digit, or of the one that it would have been."""
    at: float
    """Seconds since 1970."""


def doing(classroom: Classroom, seat: str) -> Doing:
    """Return what a seat is doing."""
    path = classroom.path / "doing" / f"{seat}.json"
    return _doing(path, records.version(path))


@lru_cache(maxsize=_KEPT)
def _doing(path: Path, version: tuple[int, int]) -> Doing:
    record = records.read(path)
    return Doing(*(clean(record.get(name, ""), SHORT) for name in ("page", "lesson", "step")))


def record_doing(classroom: Classroom, now: Doing, *, asker: Asker) -> None:
    """Record what the seat that asks is doing, if that has changed. Who is no seat is on no board.

    Raises:
        ClassError: the class's directory cannot be written.
    """
    if asker.seat and doing(classroom, asker.seat) != now:
        record = {"page": now.page, "lesson": now.lesson, "step": now.step}
        records.write(classroom.path / "doing" / f"{asker.seat}.json", record)


def reading(classroom: Classroom, seat: str) -> Reading | None:
    """Return a seat's last drawing with what was read in it; None before there is one."""
    path = classroom.path / "readings" / f"{seat}.json"
    return _reading(path, records.version(path))


@lru_cache(maxsize=_KEPT)
def _reading(path: Path, version: tuple[int, int]) -> Reading | None:
    record = records.read(path)
    try:
        image = np.frombuffer(base64.b64decode(record["image"]), np.uint8).reshape(28, 28)
        read, confidence, at = record["read"], float(record["confidence"]), float(record["at"])
    except (KeyError, ValueError, TypeError, binascii.Error):
        return None
    known = type(read) is int and 0 <= read <= 9
    return Reading(image, read if known else None, confidence, at) if 0 <= confidence <= 1 else None


def record_reading(
    classroom: Classroom, image: NDArray[np.uint8], read: int | None, confidence: float, *, asker: Asker
) -> None:
    """Record the last drawing, (28, 28) grey values, of the seat that asks; raises what `record_doing` raises."""
    if not asker.seat:
        return
    record = {
        "image": base64.b64encode(np.ascontiguousarray(image, dtype=np.uint8).tobytes()).decode(),
        "read": read,
        "confidence": round(float(confidence), 4),
        "at": time.time(),
    }
    records.write(classroom.path / "readings" / f"{asker.seat}.json", record)
