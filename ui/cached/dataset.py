"""Cached access to what is computed of the data set, shared by all sessions and bounded."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from mnist_core.data.mnist import Mnist, load_mnist
from mnist_core.explore.analyses import AnalysisFolder, AnalysisRunner, Findings
from mnist_core.explore.statistics import Statistics, statistics
from mnist_core.paths import runs_folder
from ui.cached.owned import Singleton


@st.cache_resource(show_spinner="Counting pixels…", max_entries=2)
def part_statistics(part: str) -> Statistics:
    """Return the statistics of the training or of the test images."""
    data = mnist()
    if part == "training":
        return statistics(data.train_images, data.train_labels)
    return statistics(data.test_images, data.test_labels)


def analysis_runner() -> AnalysisRunner:
    """Return who computes in the background what the Explore page needs."""
    return _analysis_runner.of(str(runs_folder() / ".surveys"))


_analysis_runner = Singleton(lambda folder: AnalysisRunner(AnalysisFolder(folder)), AnalysisRunner.close)


def findings(key: str) -> tuple[Findings, int]:
    """Return what an analysis has found so far, and when that was written."""
    path = analysis_runner().analyses.arrays(key)
    modified = path.stat().st_mtime_ns if path.exists() else 0
    return _findings(str(path), modified), modified


@st.cache_resource(show_spinner=False, max_entries=8)
def _findings(path: str, modified: int) -> Findings:
    return AnalysisFolder(Path(path).parent).findings(Path(path).stem)


@st.cache_resource(show_spinner="Opening MNIST…")
def mnist() -> Mnist:
    """Return the data set, memory-mapped.

    Raises:
        DataError: its files are missing or damaged and cannot be fetched.
    """
    return load_mnist()
