"""The log of the test set: one file beside the runs counts how often a run was measured on the test images. No torch.

Whoever chooses a run by its test accuracy fits the choice to the test images. The more runs were measured on them, the
more the best of these accuracies owes to chance. So the number of these measurements is shown beside it.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from mnist_core.paths import runs_folder
from mnist_core.runs.run import Run

_FILE = "test-set-openings.jsonl"


def record_opening(run: Run) -> None:
    """Record that a run was measured on the test images.

    Raises:
        OSError: the folder of runs cannot be written or the disk is full.
    """
    opening = {"run": run.id, "time": datetime.now().astimezone().isoformat(timespec="seconds")}
    with (run.path.parent / _FILE).open("a") as file:  # one short line: appending it is atomic
        file.write(json.dumps(opening) + "\n")


def openings(folder: str | Path | None = None) -> int:
    """Return how many times runs in a folder were measured on the test images, deleted runs included."""
    try:
        return Path(folder or runs_folder(), _FILE).read_bytes().count(b"\n")
    except OSError:
        return 0
