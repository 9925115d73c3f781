"""Where a run is kept that Ctrl-C interrupts. No torch: Ctrl-C may come while it is loaded."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections.abc import Iterator

from mnist_core.paths import runs_folder
from mnist_core.runs.run import Run


@contextlib.contextmanager
def kept(run: Run) -> Iterator[None]:
    """Say so if Ctrl-C ends what is done in this context with `run`."""
    try:
        yield
    except KeyboardInterrupt:
        known = run.path.parent.resolve() == runs_folder().resolve()
        name = run.id if known else shlex.quote(str(run.path.resolve()))
        clear = "\r\x1b[K" if sys.stderr.isatty() else ""  # of the progress bar
        print(
            f"{clear}interrupted: the run is kept in {os.path.relpath(run.path)}; "
            f"go on with python -m mnist_core train --resume {name}",
            file=sys.stderr,
        )
        raise
