"""The drawings that a run reads at its reports while it trains, and what it reads in them. No torch.

Whoever wants a drawing watched puts it into the run's directory as a file of its own, so that two who do it at once
need not wait for each other; its name is its content. Only the worker writes what was read: a line a report. That is no
part of the run's events: nothing is decided by it, and older versions of Digit Lab read the events as before.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.asker import Asker
from mnist_core.errors import RunError
from mnist_core.runs.config_file import require
from mnist_core.storage.atomic import write_atomically

MOST_DRAWINGS = 64
READINGS_FILE = "readings.jsonl"
LARGEST_READINGS = 2**23
"""Bytes: no more is recorded then. An hour with a dozen drawings takes two megabytes."""
DRAWING_BYTES = 28 * 28
_DRAWING = re.compile(r"watched-([0-9a-f]{16})\.grey")


@dataclass(frozen=True, slots=True)
class Readings:
    """What the network made of the watched drawings at one report."""

    step: int
    """Optimisation steps done."""
    epoch: float
    """Epochs done, with the fraction."""
    read: dict[str, list[int]]
    """Of each drawing, by its key: ten probabilities, in thousandths."""


def key_of(image: NDArray[np.uint8]) -> str:
    """Return the key of a drawing, (28, 28): equal drawings have equal keys."""
    return _key(np.ascontiguousarray(image, dtype=np.uint8).tobytes())


def _key(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def is_drawing(name: str, content: bytes | None = None) -> bool:
    """Return whether a file of that name is a watched drawing, and of that content the one that its name says."""
    match = _DRAWING.fullmatch(name)
    if match is None or content is None:
        return match is not None
    return len(content) == DRAWING_BYTES and _key(content) == match[1]


class Watched:
    """The watched drawings of the run in one directory."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)

    @property
    def readings(self) -> Path:
        """What was read, a line a report. Lines at the same step or a later one than a line after them do not count:
        the run was resumed before them."""
        return self._folder / READINGS_FILE

    def keys(self) -> set[str]:
        """Return the keys of all watched drawings."""
        try:
            names = [path.name for path in self._folder.iterdir()]
        except OSError:
            return set()
        return {match[1] for name in names if (match := _DRAWING.fullmatch(name))}

    def add(self, images: Iterable[NDArray[np.uint8]], *, asker: Asker) -> list[str]:
        """Have drawings, (28, 28) each, read at the run's reports from the next one on; return their keys.

        Raises:
            NotYoursError: the run is not the asker's.
            RunError: there are too many then, or the directory cannot be written.
        """
        require(self._folder, asker)
        wanted = {key_of(image): image for image in images}
        known = self.keys()
        if len(known | wanted.keys()) > MOST_DRAWINGS:
            raise RunError(
                f"the run {self._folder.name} watches {len(known)} drawings, and {MOST_DRAWINGS} are the most: "
                "start another run"
            )
        for key, image in wanted.items():
            if key in known:
                continue
            content = np.ascontiguousarray(image, dtype=np.uint8).tobytes()
            try:
                write_atomically(self._folder / f"watched-{key}.grey", content)
            except OSError as error:
                raise RunError(f"the run {self._folder.name} cannot watch a drawing: {error.strerror}") from error
        return list(wanted)

    def image(self, key: str) -> NDArray[np.uint8] | None:
        """Return a watched drawing, (28, 28); None where its file is missing or damaged."""
        name = f"watched-{key}.grey"
        try:
            content = (self._folder / name).read_bytes()
        except OSError:
            return None
        return np.frombuffer(content, np.uint8).reshape(28, 28) if is_drawing(name, content) else None


def to_json(readings: Readings) -> str:
    """Return what was read at one report as a line of JSON, without the line end."""
    return json.dumps({"step": readings.step, "epoch": readings.epoch, "read": readings.read}, allow_nan=False)


def from_json(line: str | bytes) -> Readings:
    """Read one line back.

    Raises:
        ValueError: it is no such line.
    """
    try:
        record = json.loads(line)
    except RecursionError as error:
        raise ValueError("expected readings, received brackets within brackets") from error
    if not isinstance(record, dict) or record.keys() != {"step", "epoch", "read"}:
        raise ValueError(f"expected readings, received {str(record)[:80]}")
    step, epoch, read = record["step"], record["epoch"], record["read"]
    if type(step) is not int or type(epoch) not in (int, float) or not 0 <= step <= 1e15 or not 0 <= epoch <= 1e6:
        raise ValueError(f"readings have a step and an epoch, received {str((step, epoch))[:80]}")
    if not isinstance(read, dict) or not all(_is_reading(*entry) for entry in read.items()):
        raise ValueError(f"readings are ten probabilities a drawing, received {str(read)[:80]}")
    return Readings(step, epoch, read)


def _is_reading(key: str, shares: Any) -> bool:
    return (
        re.fullmatch("[0-9a-f]{16}", key) is not None
        and isinstance(shares, list)
        and len(shares) == 10
        and all(type(share) is int and 0 <= share <= 1000 for share in shares)
    )
