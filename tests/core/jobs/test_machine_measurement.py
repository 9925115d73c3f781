import os

import psutil
import pytest
import torch

from mnist_core.jobs import machine_measurement
from mnist_core.jobs.cores import cores
from mnist_core.jobs.machine import read_measured
from mnist_core.jobs.machine_measurement import thread_counts
from mnist_core.jobs.sample_steps import StepTime


@pytest.mark.parametrize(
    ("cores", "counts"), [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (4, [1, 2, 3, 4]), (6, [1, 2, 4, 5, 6])]
)
def test_the_numbers_of_threads_that_are_tried(cores, counts):
    assert thread_counts(cores) == counts


def test_every_way_is_timed_alone_and_beside_a_busy_process_and_kept(machine_file, monkeypatch):
    monkeypatch.setattr(machine_measurement, "NETWORKS", ("underfit", "notebook"))
    monkeypatch.setattr(machine_measurement, "_MOMENT", 0.0)
    monkeypatch.setattr(machine_measurement, "_PART", 0.0)
    monkeypatch.setattr(machine_measurement, "_disturbed", lambda single: False)  # however busy the machine is
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


@pytest.mark.parametrize(
    ("seconds", "counts", "kept"), [(1.1, thread_counts(cores()), 1.1), (1.5, [1], 1.0)], ids=["quiet", "busy"]
)
def test_beside_other_programs_one_thread_s_processor_time_is_all_that_is_kept(seconds, counts, kept, monkeypatch):
    class Steps:
        """Steps of a second of processor time that take so long as other programs let them."""

        def __init__(self, *_):
            pass

        def step(self):
            return StepTime(seconds, 1.0)

    monkeypatch.setattr(machine_measurement, "SampleSteps", Steps)
    monkeypatch.setattr(machine_measurement, "_MOMENT", 0.0)
    threads = torch.get_num_threads()
    try:
        timings = machine_measurement.measure(torch.device("cpu"))
    finally:
        torch.set_num_threads(threads)
    assert sorted({timing.threads for timing in timings}) == counts
    assert len(timings) == 6 * len(counts)
    assert {round(seconds, 9) for timing in timings for seconds in (timing.alone, timing.beside)} == {kept}


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
