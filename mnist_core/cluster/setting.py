"""Where runs are trained: by this machine's processes, or by a cluster. No torch; Dask only where there is one."""

from __future__ import annotations

import os

from mnist_core.jobs.cores import cores
from mnist_core.jobs.launcher import Launcher
from mnist_core.jobs.worker_process import LocalWorkers

CLUSTER = "DIGIT_LAB_CLUSTER"
"""Environment variable: the address of a Dask scheduler, such as tcp://scheduler:8786."""
SHARED_DISK = "DIGIT_LAB_CLUSTER_SHARED_DISK"
"""Environment variable: "no" keeps remote machines from writing to the folder of runs, even if they could."""


def make_launcher(address: str | None = None) -> Launcher:
    """Return what trains the runs.

    Args:
        address: of a cluster's scheduler; empty: this machine's processes train; None: as the environment says.
    """
    address = os.environ.get(CLUSTER, "") if address is None else address
    if not address:
        return LocalWorkers(cores())
    from mnist_core.cluster.launcher import Cluster  # whoever has no cluster does not load it

    return Cluster(address, shared_disk=os.environ.get(SHARED_DISK, "") != "no")
