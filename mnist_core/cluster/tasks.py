"""The three functions that Dask calls on a machine of the cluster. No torch."""

from __future__ import annotations

import logging

from distributed import Worker, get_worker

from mnist_core.cluster import remote
from mnist_core.jobs.cores import cores

_LEAVING = ("closing", "closing_gracefully", "closed", "stopping", "stopped", "failed")


def train(key: str, version: str) -> None:
    """Carry out a run: the task that waits in Dask's queue, and takes a thread of a worker until the run ends."""
    worker = get_worker()
    remote.carry_out(
        key,
        version,
        where=worker.address,
        folder=worker.local_directory,
        threads=_threads(worker),
        is_closing=lambda: worker.status.name in _LEAVING,
    )


def look(key: str, request: remote.Request) -> remote.Answer:
    """Return how a run stands; called between Dask's own work, so it only reads and writes files."""
    return remote.answer(key, request)


def get_ready(dask_worker: Worker) -> None:
    """Let a worker process get warm, so that the first run begins at once; Dask fills in the worker itself."""
    logging.getLogger("distributed.worker").addFilter(_is_no_look)
    remote.get_warm(_threads(dask_worker))


def _is_no_look(record: logging.LogRecord) -> bool:
    """Return whether a line of Dask's log is of interest: it has one for each look, some a second."""
    return not (str(record.msg).startswith("Run out-of-band") and look.__name__ in str(record.args))


def _threads(worker: Worker) -> int:
    """Return how many threads a run may have: each thread of a Dask worker trains one run."""
    return max(1, cores() // worker.state.nthreads)
