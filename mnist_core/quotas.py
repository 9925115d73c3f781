"""Quotas: how much one seat may have and ask for, and all together. The teacher and the command line have none.

One machine serves a whole class, so nobody may fill its queue, its memory or its disk. README has the table that
`table` makes of these numbers.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mnist_core.asker import Asker
from mnist_core.errors import QuotaError

Kind = Literal["runs", "drawings", ""]


@dataclass(frozen=True, slots=True)
class Quota:
    """One row of the table."""

    what: str
    """What is counted, with its unit, as a sentence has it."""
    seat: int | None
    """As much as one seat, or one address, may have; None: no limit."""
    everybody: int | None
    """As much as all seats together may have."""
    note: str = ""
    """What else is to be known of it."""


RUNS_UNDER_WAY = Quota(
    "runs under way", 3, 60, "at work or waiting; a seat's train one by one, repetitions count as one"
)
RUNS_OF_AN_ADDRESS = Quota("runs under way of one address", 12, None, "without those of seats in an open class")
MINUTES_OF_A_RUN = Quota("minutes of training", 120, None, "that a run should take, or its repetitions together")
MINUTES_OF_WAITING = Quota("minutes of waiting", None, 120, "until a run should begin; a longer queue takes no more")
SWEEPS_UNDER_WAY = Quota("sweeps under way", 1, 10, "that begin runs of their own accord")
RUNS_KEPT = Quota("runs", 100, 3_000, "kept, without the deleted ones")
MEGABYTES = Quota("megabytes of runs", 1_000, 20_000)
DRAWINGS = Quota("drawings", 2_000, 10_000)
UPLOADS = Quota("uploads within ten minutes", 20, 300, "zip files with a run or with drawings, pictures and photos")
UPLOADED = Quota("megabytes of uploads in use", 280, 500, "of one address, and of all, in the server's memory")
SESSIONS = Quota(
    "pages open at once", 80, 400, "of one address, and of all; those at the server's machine do not count"
)
FREE_DISK = Quota("megabytes of free disk", None, 200, "that are left free; it binds the teacher too")
ALL = (
    *(RUNS_UNDER_WAY, RUNS_OF_AN_ADDRESS, MINUTES_OF_A_RUN, MINUTES_OF_WAITING, SWEEPS_UNDER_WAY, RUNS_KEPT, MEGABYTES),
    *(DRAWINGS, UPLOADS, UPLOADED, SESSIONS, FREE_DISK),
)
_MEGABYTE = 10**6
_UPLOADS_WITHIN = 600.0
"""Seconds."""


def table() -> str:
    """Return all quotas as a table in Markdown."""
    rows = [f"| {one.what} | {_number(one.seat)} | {_number(one.everybody)} | {one.note} |" for one in ALL]
    return "\n".join(["| what | a seat | all together | |", "|---|---|---|---|", *rows])


def _number(most: int | None) -> str:
    return "–" if most is None else f"{most:,}"


def require_free_disk(folder: str | Path) -> None:
    """Do nothing if the disk of a folder has room for something new.

    Raises:
        QuotaError: it has not.
    """
    there = next(path for path in (Path(folder).absolute(), *Path(folder).absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free / _MEGABYTE
    if FREE_DISK.everybody is not None and free < FREE_DISK.everybody:
        raise QuotaError(
            f"the server's disk has {free:,.0f} MB left, and {FREE_DISK.everybody} MB stay free: delete runs or "
            "drawings, and empty the trash"
        )


def require(quota: Quota, asker: Asker, mine: float, everybodys: float, *, kind: Kind, instead: str) -> None:
    """Do nothing if a seat may have as much as it then has.

    Args:
        quota: which.
        asker: who asks; only seats have quotas.
        mine: what it would have.
        everybodys: what all would have.
        kind: of what the seat should delete some.
        instead: what can be done, as the end of a sentence.

    Raises:
        QuotaError: it may not.
    """
    if asker.kind != "seat":
        return
    for most, wanted, who in ((quota.seat, mine, "a seat has"), (quota.everybody, everybodys, "all together have")):
        if most is not None and wanted > most:
            raise QuotaError(f"this makes {wanted:,.0f} {quota.what}, and {who} {most:,} at most: {instead}", kind)


class Uploads:
    """Counts the uploads of the last minutes. May be asked from any thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def count(self, asker: Asker) -> None:
        """Count one more upload of a seat.

        Raises:
            QuotaError: there were too many just now.
        """
        if asker.kind != "seat":
            return
        with self._guard:
            now = time.monotonic()
            for owner, times in list(self._times.items()):
                while times and times[0] < now - _UPLOADS_WITHIN:
                    times.popleft()
                if not times:
                    del self._times[owner]
            mine, all_of_them = len(self._times.get(asker.owner, ())), sum(map(len, self._times.values()))
            require(UPLOADS, asker, mine + 1, all_of_them + 1, kind="", instead="wait some minutes")
            self._times[asker.owner].append(now)


uploads = Uploads()
"""Those of this process."""
