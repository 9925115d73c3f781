"""The seal of the test set: every opening of it is counted, in one file beside the runs. No torch.

A choice made by test accuracy fits the test images a little, like everything that is chosen by a measurement. The more
runs were measured on them, the more the best of these accuracies is luck; so the number of openings belongs beside it.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from mnist_core.paths import runs_folder
from mnist_core.runs.run import Run

_FILE = "test-set-openings.jsonl"


def record_opening(run: Run) -> None:
    """Count that a run was measured on the test images.

    Raises:
        OSError: the folder of runs cannot be written or the disk is full.
    """
    opening = {"run": run.id, "time": datetime.now().astimezone().isoformat(timespec="seconds")}
    with (run.path.parent / _FILE).open("a") as file:  # one short line: appending it is atomic
        file.write(json.dumps(opening) + "\n")


def openings(folder: str | Path | None = None) -> int:
    """Return how many times the test set has been opened for the runs in a folder, deleted ones too."""
    try:
        return Path(folder or runs_folder(), _FILE).read_bytes().count(b"\n")
    except OSError:
        return 0
