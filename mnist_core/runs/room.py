"""Whether there is room for another run: its seat's and everybody's quotas, and the free disk. No torch."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

from mnist_core import quotas
from mnist_core.asker import Asker
from mnist_core.paths import runs_folder
from mnist_core.runs.index import Entry, index_of
from mnist_core.runs.networks import size_of
from mnist_core.runs.run import Run

_GRAIN = 2 * 10**9
"""Nanoseconds: so coarse a file system's clock may be, within which a second change leaves no other time."""


def require_room(folder: str | Path | None = None, *, asker: Asker, more: int = 1) -> None:
    """Do nothing if a folder has room for `more` runs of `asker`.

    Raises:
        QuotaError: it has not; the message says what to do.
        RunError: the folder cannot be read.
    """
    root = Path(folder or runs_folder())
    quotas.require_free_disk(root)
    if asker.kind != "seat":
        return
    found = index_of(root).look(oldest=0.0)
    runs, mine = found.runs, [one.run for one in found.entries.values() if one.owner == asker.seat]
    instead = "delete some of yours"
    quotas.require(quotas.RUNS_KEPT, asker, len(mine) + more, len(runs) + more, kind="runs", instead=instead)
    sizes = {one.run: _bytes(one) / 10**6 for one in found.entries.values()}
    total = sum(sizes.values())
    quotas.require(
        quotas.MEGABYTES,
        asker,
        sum(sizes[run] for run in mine),
        total,
        kind="runs",
        instead=f"{instead}, and empty the trash",
    )


def _bytes(one: Entry) -> int:
    """Return how many bytes a run takes: of one that is not under way, as long as nothing changes in its directory."""
    settled = not one.active and time.time_ns() - one.modified > _GRAIN
    return _settled_bytes(one.run, one.modified) if settled else size_of(one.run)


@lru_cache(maxsize=4_000)
def _settled_bytes(run: Run, modified: int) -> int:
    return size_of(run)


def oldest_of(asker: Asker, folder: str | Path | None = None) -> Run | None:
    """Return the oldest run of a seat that is not under way, to be deleted for a new one; None if it has none."""
    found = list(index_of(folder).look().entries.values())
    return next((one.run for one in reversed(found) if one.owner == asker.owner and not one.active), None)
