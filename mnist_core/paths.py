"""Where the project, its data, its shipped networks, its runs and its collection of drawings are.

In a checkout all of it is in the project's folder. An installed package holds the archives of the data set and the
networks; it writes nothing beside itself: the data set is unpacked into the user's cache, and runs and drawings are in
the folder in which a command is started.
"""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
"""The folder of the package: the checkout, or where packages are installed."""
_INSTALLED = PROJECT / "mnist_core" / "shipped"
"""Only the wheel has it (setup.py)."""
_SHIPPED = _INSTALLED if _INSTALLED.is_dir() else PROJECT
CHECKPOINTS = _SHIPPED / "checkpoints"
ARCHIVES = _SHIPPED / "data" / "MNIST" / "raw"
"""The data set, compressed."""


def _data_folder() -> Path:
    if folder := os.environ.get("DIGIT_LAB_DATA"):
        return Path(folder)
    if _SHIPPED == PROJECT:
        return PROJECT / "data"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "digit-lab"


DATA = _data_folder()
"""Where the data set is unpacked: DIGIT_LAB_DATA, or data/ in the project; installed, the user's cache."""


def runs_folder() -> Path:
    """Return the folder of runs: DIGIT_LAB_RUNS, or runs/ in the project; installed, runs/ in the current folder."""
    return Path(os.environ.get("DIGIT_LAB_RUNS") or _workplace() / "runs")


def machine_file() -> Path:
    """Return the file of what was measured of this machine: DIGIT_LAB_MACHINE, or machine.json beside the runs."""
    return Path(os.environ.get("DIGIT_LAB_MACHINE") or runs_folder() / "machine.json")


def classes_folder() -> Path:
    """Return the folder of classes, which is in the folder of runs."""
    return runs_folder() / ".classes"


def collection_folder() -> Path:
    """Return the folder of drawings: DIGIT_LAB_COLLECTION, or collection/ where runs/ is."""
    return Path(os.environ.get("DIGIT_LAB_COLLECTION") or _workplace() / "collection")


def lessons_folder() -> Path:
    """Return the folder of what learners keep of their lessons: DIGIT_LAB_LESSONS, or lessons/ beside the runs."""
    return Path(os.environ.get("DIGIT_LAB_LESSONS") or runs_folder().parent / "lessons")


def _workplace() -> Path:
    return PROJECT if _SHIPPED == PROJECT else Path.cwd()
