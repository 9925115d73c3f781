"""One shared picture of a folder of runs: which there are, which are under way and which wait. No torch.

All who ask within a moment get the same look, and a new look reads only what has changed: of a run's directory it asks
the time of its last change, as every file that matters here comes or goes by a name of its own.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from mnist_core.errors import RunError
from mnist_core.paths import runs_folder
from mnist_core.runs import lock
from mnist_core.runs.config_file import NAME, owner_of
from mnist_core.runs.run import Run
from mnist_core.runs.store import is_id

FRESH = 0.75
"""Seconds for which all get the same look. Who looks twice a second anyway, as `Jobs` does, looks for all others."""
_GRAIN = 2.0
"""Seconds for which a directory that has changed is read again: so coarse a file system's clock may be, and a second
change within one of its ticks leaves no other time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One run as it stood at a look."""

    run: Run
    owner: str
    """The seat that it belongs to, as `Run.owner` has it."""
    charged_to: str
    """The seat among whose runs it counts, as `Run.charged_to` has it."""
    group: str
    """The run that it repeats with another seed, as `Run.group` has it."""
    queue_number: float | None
    """Its number in the queue, as `Run.queue_number` has it; None: it does not wait."""
    alive: bool
    """Whether a worker trains it."""
    trained: bool
    """Whether it has a network."""
    fine_tuning: bool
    """Whether it learns from drawings."""
    modified: int = 0
    """When its directory was last changed, in nanoseconds of the file system's clock."""

    @property
    def active(self) -> bool:
        """Whether it runs, pauses or waits."""
        return self.alive or self.queue_number is not None


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """All runs of a folder at one look."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    """By the runs' ids, the newest first."""
    runs: Sequence[Run] = ()
    """The newest first."""
    active: Sequence[Entry] = ()
    """Those that run, pause or wait, the oldest first."""
    groups: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    """The repetitions of each run that was repeated, by its id; the newest first."""


class RunIndex:
    """The runs in one folder, for any number of threads. `index_of` returns the one that a process shares."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._guard = threading.Lock()
        self._known: dict[str, _Known] = {}
        self._listing = Listing()
        self._looked, self._modified = -math.inf, 0

    def look(self, oldest: float = FRESH) -> Listing:
        """Return how the folder stands, or stood at most `oldest` seconds ago. Runs that come or go are seen at once.

        Raises:
            RunError: the folder cannot be read.
        """
        with self._guard:
            if time.monotonic() - self._looked >= oldest or self._folder_modified() != self._modified:
                self._refresh()
            return self._listing

    def expire(self) -> None:
        """Let the next look be a new one: somebody has just changed a run and asks what follows."""
        with self._guard:
            self._looked = -math.inf

    def _folder_modified(self) -> int:
        try:
            return self._folder.stat().st_mtime_ns
        except OSError:
            return 0

    def _refresh(self) -> None:
        modified, now = self._folder_modified(), time.monotonic()
        known = {name: self._again(name, at, now) for name, at in self._directories().items()}
        if known != self._known:
            self._known = known
            self._listing = _listing(known)
        else:
            self._listing = replace(self._listing)  # an equal one, and yet another look
        self._looked, self._modified = now, modified

    def _directories(self) -> dict[str, int]:
        """Return when each directory that has a run's name was last changed."""
        found = {}
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    try:
                        if entry.name in self._known or is_id(entry.name):
                            found[entry.name] = entry.stat().st_mtime_ns
                    except OSError:  # it has just vanished
                        continue
        except (FileNotFoundError, NotADirectoryError):  # no run was made here yet
            pass
        except OSError as error:
            raise RunError(
                f"the runs in {self._folder} cannot be read: {error.strerror}. Make that folder readable"
            ) from error
        return found

    def _again(self, name: str, modified: int, now: float) -> _Known:
        known = self._known.get(name)
        if known is None or known.modified != modified:
            return _read(self._folder / name, known, modified, now)
        if now - known.changed < _GRAIN:
            return _read(self._folder / name, known, modified, known.changed)
        if known.begun and known.entry:  # its lock is held or not, and nothing in the directory tells
            return replace(known, entry=replace(known.entry, alive=known.entry.run.is_alive()))
        return known


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one directory."""

    modified: int
    """When it was last changed, by the file system's clock."""
    changed: float
    """When that was seen, by the monotonic clock."""
    config: tuple[int, int] = (0, 0)
    """Which config.json its entry was read from."""
    begun: bool = False
    """Whether a worker has begun and not ended in order: it trains, or was killed."""
    entry: Entry | None = None
    """None: it holds no run."""


def _read(path: Path, known: _Known | None, modified: int, changed: float) -> _Known:
    try:
        files = set(os.listdir(path))
        if NAME not in files:  # none was written yet
            return _Known(modified, changed)
        stat = os.stat(path / NAME)
    except OSError:  # the directory is closed to us: it hides no other one
        return _Known(modified, changed)
    run, config = Run(path), (stat.st_mtime_ns, stat.st_ino)
    if known and known.entry and known.config == config:
        owner, group = known.entry.owner, known.entry.group
    else:
        owner, group = owner_of(path), run.group()
    begun = lock.TRAINER in files
    entry = Entry(
        run=run,
        owner=owner,
        charged_to="" if run.by_teacher.name in files else owner,
        group=group,
        queue_number=run.queue_number() if run.queued.name in files else None,
        alive=begun and run.is_alive(),
        trained=run.snapshot.name in files,
        fine_tuning=run.fine_tuning.name in files,
        modified=modified,
    )
    return _Known(modified, changed, config, begun, entry)


def _listing(known: Mapping[str, _Known]) -> Listing:
    found = sorted(((name, k.entry) for name, k in known.items() if k.entry), key=lambda pair: pair[0], reverse=True)
    entries = dict(found)
    groups: dict[str, list[Run]] = {}
    for entry in entries.values():
        if entry.group:
            groups.setdefault(entry.group, []).append(entry.run)
    return Listing(
        entries=entries,
        runs=[entry.run for entry in entries.values()],
        active=[entry for entry in reversed(entries.values()) if entry.active],
        groups=groups,
    )


def index_of(folder: str | Path | None = None) -> RunIndex:
    """Return the index of a folder of runs that all of this process share; without a name, of this installation's."""
    return _shared(Path(folder or runs_folder()).absolute())


@lru_cache(maxsize=8)
def _shared(folder: Path) -> RunIndex:
    return RunIndex(folder)
