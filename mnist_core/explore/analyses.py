"""Analyses that take too long for a page: a process computes each once and keeps it in a file. No torch.

An analysis is either of the pixels (its key is `PIXELS`) or of one network (its key is the SHA-256 of its file). In the
folder of analyses, <key>.npz holds the arrays found so far and <key>.json how far the process is. The arrays:

of both        pca (MAP_SIZE, 2), pca_shares (2,), tsne (MAP_SIZE, 2): maps of the images `map_indices` names
of the pixels  pairs (10 * PAIRS, 2), pair_distances: the nearest pairs of each digit, as indices into training and
               test images, counted through; equal: how many groups of equal images there are
               split_correct, split_count, halves_correct, halves_count: see `mnist_core.explore.two_sample_test`
of a network   distances (N,): see `mnist_core.explore.typicality`, of training and test images, counted through
               read, confidence: what the network reads in each training image, and how sure it is
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.asker import Asker
from mnist_core.errors import AnalysisError
from mnist_core.paths import PROJECT
from mnist_core.storage.atomic import write_atomically

PIXELS = "pixels"
MAP_SIZE, MAP_SEED = 5000, 0
"""A map shows so many training images, drawn with this seed."""
PAIRS = 20
"""Nearest pairs kept of each digit."""
_KEPT = 20
"""Analyses kept, the newest; one is at most 2 MB."""

Findings = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the process is with an analysis."""

    doing: str = "waiting for its turn"
    share: float = 0.0
    """0 to 1."""
    failed: str | None = None
    """Why it ended before it was done; a sentence."""

    @property
    def done(self) -> bool:
        """Whether all has been found."""
        return self.share == 1

    @property
    def ended(self) -> bool:
        """Whether nothing more will be found."""
        return self.done or self.failed is not None


def map_indices(images: int) -> NDArray[np.int64]:
    """Return which of that many training images a map shows, in rising order."""
    chosen = np.random.default_rng(MAP_SEED).choice(images, min(MAP_SIZE, images), replace=False)
    return np.sort(chosen)


@dataclass(frozen=True, slots=True, init=False)
class AnalysisFolder:
    """A folder of analyses. Everything is read anew from it, so every process sees the same."""

    folder: Path

    def __init__(self, folder: str | Path) -> None:
        object.__setattr__(self, "folder", Path(folder))  # frozen

    def arrays(self, key: str) -> Path:
        """Return the path of an analysis's arrays."""
        return self.folder / f"{key}.npz"

    def findings(self, key: str) -> Findings:
        """Return what has been found so far; nothing, if the file is missing or damaged."""
        try:
            with np.load(self.arrays(key), allow_pickle=False) as file:
                return dict(file)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return {}

    def progress(self, key: str) -> Progress | None:
        """Return how far an analysis is, or None if it was never begun or its files are gone or damaged."""
        try:
            progress = Progress(**json.loads(self._report(key).read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return None if progress.done and not self.arrays(key).exists() else progress

    def keep(self, key: str, found: Findings) -> None:
        """Write the arrays found so far.

        Raises:
            OSError: the folder cannot be written or the disk is full.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        np.savez(buffer, **found)  # type: ignore[arg-type]
        write_atomically(self.arrays(key), buffer.getvalue())

    def report(self, key: str, progress: Progress) -> None:
        """Write how far an analysis is.

        Raises:
            OSError: the folder cannot be written or the disk is full.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._report(key), json.dumps(asdict(progress)))

    def forget(self, key: str, *, asker: Asker) -> None:
        """Remove an analysis, so that it begins anew when it is next wanted.

        Raises:
            NotYoursError: it is whole, and belongs to all: only the teacher can have it computed anew.
            AnalysisError: the folder cannot be written.
        """
        progress = self.progress(key)
        if progress and progress.done:
            asker.require("", "the analysis")
        try:
            self._remove(key)
        except OSError as error:
            raise AnalysisError(
                f"the calculation cannot begin anew ({error.strerror}): see that {self.folder} can be written"
            ) from error

    def _remove(self, key: str) -> None:
        self._report(key).unlink(missing_ok=True)
        self.arrays(key).unlink(missing_ok=True)

    def forget_the_oldest(self) -> None:
        """Keep the newest `_KEPT` analyses of networks, and that of the pixels."""
        reports = [path for path in self.folder.glob("*.json") if path.stem != PIXELS]
        for path in sorted(reports, key=lambda path: -path.stat().st_mtime)[_KEPT:]:
            self._remove(path.stem)

    def _report(self, key: str) -> Path:
        return self.folder / f"{key}.json"


class AnalysisRunner:
    """Computes the analyses that are wanted, one at a time, for all visitors of one server."""

    def __init__(self, analyses: AnalysisFolder, command: Sequence[str] | None = None) -> None:
        self.analyses = analyses
        self._command = command or [sys.executable, "-m", "mnist_core.explore.analysis_worker"]
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._key = ""

    def want(self, key: str, checkpoint: str | Path | None = None) -> Progress:
        """Return how far an analysis is, and begin it if nothing is under way. Call again until it has ended.

        Anybody may want one: it is computed once for all, one at a time, and changes nothing that is somebody's.

        Args:
            key: `PIXELS`, or the SHA-256 of `checkpoint`.
            checkpoint: the network's file.

        Raises:
            AnalysisError: no process can be started, or the folder cannot be written.
        """
        with self._guard:
            running = self._process is not None and self._process.poll() is None
            progress = self.analyses.progress(key)
            if progress and progress.ended:
                return progress
            try:
                if running:
                    return progress or Progress() if self._key == key else Progress()
                if self._process is not None and self._key == key:
                    self._process = None  # it died without a word: out of memory, or killed
                    died = Progress(failed="The calculation was ended from outside before it was done.")
                    self.analyses.report(key, died)
                    return died
                self._begin(key, checkpoint)
            except OSError as error:
                raise AnalysisError(
                    f"nothing can be computed in the background ({error.strerror}): free some space or memory, and see "
                    f"that {self.analyses.folder} can be written"
                ) from error
            return Progress()

    def close(self) -> None:
        """End the process that is under way, if there is one."""
        with self._guard:
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()
                self._process.wait()

    def _begin(self, key: str, checkpoint: str | Path | None) -> None:
        command = [*self._command, str(self.analyses.folder.resolve()), "--parent", str(os.getpid())]
        if checkpoint is not None:
            command += ["--checkpoint", str(Path(checkpoint).resolve()), "--key", key]
        self.analyses.report(key, Progress("starting"))
        with contextlib.suppress(AnalysisError, OSError):
            self.analyses.forget_the_oldest()
        self._process, self._key = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=PROJECT), key
