"""A Dask scheduler and its workers as processes of this machine."""

import os
import socket
import subprocess
import sys

from mnist_core.cluster.launcher import Cluster
from tests.support.waiting import wait_for


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class ClusterProcesses:
    """A scheduler on a port that stays the same, and workers with one place each and a folder of their own."""

    def __init__(self, folder):
        self._folder, self._port = folder, free_port()
        self.address = f"tcp://127.0.0.1:{self._port}"
        self.scheduler, self.workers = None, []
        self.start_scheduler()

    def start_scheduler(self):
        self.scheduler = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", str(self._port))

    def add_workers(self, count=1, threads=1):
        for _ in range(count):
            folder = self._folder / f"worker-{len(self.workers)}"
            folder.mkdir(parents=True)
            options = (
                "--host",
                "127.0.0.1",
                "--no-nanny",
                "--nthreads",
                str(threads),
                "--local-directory",
                str(folder),
            )
            self.workers.append(self._start("dask_worker", self.address, *options))

    def _start(self, module, *options):
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / f"{module}.log").open("a") as log:
            command = [sys.executable, "-m", f"distributed.cli.{module}", *options, "--no-dashboard"]
            return subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"})

    def end(self):
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()


def connected(processes, *, places, shared_disk=False):
    """Return a launcher that sees so many places."""
    cluster = Cluster(processes.address, shared_disk=shared_disk)
    wait_for(lambda: cluster.places == places)
    return cluster
