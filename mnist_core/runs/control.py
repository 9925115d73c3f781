"""Requests to a run's worker: pause, stop, learning rate, slow motion, a limit. Each is a file of the run's. No torch.

The worker reads the files between events. Each file holds the whole request, not a change of it: it can be read twice,
and a run that was killed finds it again.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal, get_args

from mnist_core.asker import Asker
from mnist_core.errors import RunError
from mnist_core.events import LARGEST_FACTOR
from mnist_core.runs.config_file import require
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most

Command = Literal["run", "pause", "stop"]
REQUESTS = ("control", "rate", "pace", "longest")
"""The names of the files."""


class Control:
    """The requests to the worker of the run in one directory. What somebody has edited into nonsense is no request."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)

    def command(self) -> Command:
        """Return what the worker is to do: run, unless something else was requested."""
        written = self._read("control")
        return next((command for command in get_args(Command) if command == written), "run")

    def request(self, command: Command, *, asker: Asker) -> None:
        """Tell the worker to run, pause or stop; it obeys at its next report.

        Raises:
            NotYoursError: the run is not the asker's; the other requests raise the same.
            RunError: the directory cannot be written; the other requests raise the same.
        """
        self._write("control", command, f"to {command}", asker)

    def rate_factor(self) -> float | None:
        """Return what the schedule's learning rate is to be multiplied by; None if nobody has requested anything."""
        factor = self._number("rate")
        return factor if 1 / LARGEST_FACTOR <= factor <= LARGEST_FACTOR else None

    def request_rate_factor(self, factor: float, *, asker: Asker) -> None:
        """Request another learning rate from the next step on: the schedule's, times `factor`."""
        self._write("rate", repr(factor), "to change its learning rate", asker)

    def steps_per_second(self) -> float:
        """Return how many steps a second are to be done in slow motion; 0: as many as can be."""
        return max(0.0, self._number("pace"))

    def request_steps_per_second(self, steps: float, *, asker: Asker) -> None:
        """Request slow motion, or with 0 full speed."""
        self._write("pace", repr(steps), "to change its pace", asker)

    def longest(self) -> int:
        """Return after how many seconds of training the run is to end; 0: no limit but that of its configuration."""
        return max(0, int(self._number("longest")))

    def request_longest(self, seconds: int, *, asker: Asker) -> None:
        """Request that the run ends after so many seconds of training, or with 0 that it need not."""
        self._write("longest", str(seconds), "how long it may train", asker)

    def _number(self, name: str) -> float:
        try:
            number = float(self._read(name))
        except ValueError:
            return 0.0
        return number if math.isfinite(number) else 0.0

    def _read(self, name: str) -> str:
        try:
            return read_at_most(self._folder / name).decode(errors="replace").strip()
        except OSError:
            return ""

    def _write(self, name: str, content: str, doing: str, asker: Asker) -> None:
        require(self._folder, asker)
        try:
            write_atomically(self._folder / name, content)
        except OSError as error:
            raise RunError(f"cannot tell the run {self._folder.name} {doing}: {error.strerror}") from error
