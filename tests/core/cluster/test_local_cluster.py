"""A cluster that Dask itself starts on this machine: two worker processes, each with its nanny."""

import logging
import sys
from types import ModuleType

import pytest
from distributed import LocalCluster

from mnist_core.asker import TEACHER
from mnist_core.cluster.launcher import Cluster
from mnist_core.jobs.execution import execute
from mnist_core.jobs.scheduler import Jobs
from mnist_core.runs.store import create_run
from tests.core.cluster.test_cluster import assert_same, dask_worker_of, starts, status
from tests.support.waiting import wait_for


@pytest.fixture(autouse=True)
def plain_main(monkeypatch):
    """A nanny's process begins with the main module of this one, for which a test of a page leaves that page."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def test_a_run_whose_worker_is_lost_goes_on_elsewhere_from_its_last_whole_epoch(runs, tiny, tmp_path):
    config = tiny.replace(epochs=5)
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        local_directory=str(tmp_path / "dask"),
        silence_logs=logging.CRITICAL,
    ) as workers:
        jobs = Jobs(runs, Cluster(workers.scheduler_address, shared_disk=False))
        try:
            run = jobs.start(config, "x", asker=TEACHER, steps_per_second=10)
            wait_for(lambda: run.state.exists() and run.history().step > 12)
            dask_worker_of(run).kill()
            wait_for(lambda: len(starts(run)) == 2)
            run.control.request_steps_per_second(0, asker=TEACHER)
            wait_for(lambda: status(run) == "finished")
        finally:
            jobs.close()
    first, second = starts(run)
    assert first["epoch"] == 0 < second["epoch"]
    here = create_run(config, "here", tmp_path / "here", asker=TEACHER)
    for _ in execute(here):
        pass
    assert_same(run, here)
