"""Where the project, its data, its shipped networks, its runs and its collection of drawings are."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DATA = PROJECT / "data"
CHECKPOINTS = PROJECT / "checkpoints"


def runs_folder() -> Path:
    """Return the folder of this installation's runs: DIGIT_LAB_RUNS, or runs/ in the project."""
    return Path(os.environ.get("DIGIT_LAB_RUNS") or PROJECT / "runs")


def collection_folder() -> Path:
    """Return the folder of this installation's drawings: DIGIT_LAB_COLLECTION, or collection/ in the project."""
    return Path(os.environ.get("DIGIT_LAB_COLLECTION") or PROJECT / "collection")
