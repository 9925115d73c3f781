import os

import psutil
import pytest
import torch

from mnist_core.jobs import machine_measurement
from mnist_core.jobs.cores import cores
from mnist_core.jobs.machine import read_measured
from mnist_core.jobs.machine_measurement import thread_counts


@pytest.mark.parametrize(
    ("cores", "counts"), [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (4, [1, 2, 3, 4]), (6, [1, 2, 4, 5, 6])]
)
def test_the_numbers_of_threads_that_are_tried(cores, counts):
    assert thread_counts(cores) == counts


def test_every_way_is_timed_alone_and_beside_a_busy_process_and_kept(machine_file, monkeypatch):
    monkeypatch.setattr(machine_measurement, "NETWORKS", ("underfit", "notebook"))
    monkeypatch.setattr(machine_measurement, "_MOMENT", 0.0)
    monkeypatch.setattr(machine_measurement, "_PART", 0.0)
    machine_file.unlink()
    began, threads = psutil.Process().children(), torch.get_num_threads()
    try:
        machine_measurement.main()
    finally:
        torch.set_num_threads(threads)
    kept = read_measured()
    ways = {(t.network, t.threads, t.precision) for t in kept.timings}
    assert ways == {
        (network, count, precision)
        for network in ("underfit", "notebook")
        for count in thread_counts(cores())
        for precision in ("float32", "bfloat16")
    }
    assert kept.device == "cpu" or torch.cuda.is_available() or torch.backends.mps.is_available()
    assert psutil.Process().children() == began, "the busy process ends"


def test_the_busy_process_ends_with_the_one_that_started_it():
    """A measurement that is killed leaves nobody behind who takes a core for ever."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with machine_measurement._busy_process():
            found = psutil.Process().children()[0]
            os.write(write, str(found.pid).encode())
            os.close(write)
            os.kill(os.getpid(), 9)
    os.close(write)
    busy = psutil.Process(int(os.read(read, 20)))
    os.close(read)
    os.waitpid(child, 0)
    busy.wait(30)
    assert not busy.is_running()
