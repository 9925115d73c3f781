"""The search for a learning rate in a process of its own: what it finds, how it ends, what it says when it cannot."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch

from mnist_core.data.mnist import load_mnist
from mnist_core.errors import RunError
from mnist_core.jobs.rate_search import search_rate
from mnist_core.paths import PROJECT
from mnist_core.training.lr_finder import find_rate, suggest
from tests.support.processes import running
from tests.support.waiting import wait_for


@pytest.fixture
def long(tiny):
    """A test of a thousand steps of half a second."""
    return tiny.replace(filters=(64, 64), kernel_sizes=(3, 3), padding="same", batch_size=8, train_size=5_000)


def saying(*lines, then=""):
    """A worker that prints these lines."""
    return [sys.executable, "-c", f"print({chr(10).join(lines)!r}, flush=True); {then}"]


def worker():
    """The one process that searches for this one."""
    [found] = running("rate_search_worker")
    return found


def gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_finds_what_the_range_test_finds_in_this_process(tiny):
    config = tiny.replace(train_size=5_000, batch_size=64)
    *_, known = search_rate(config)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as the worker does: at the highest rates the last bits of a sum matter
    try:
        points = list(find_rate(config, load_mnist()))
    finally:
        torch.set_num_threads(threads)
    assert known.rates == tuple(point.learning_rate for point in points)
    assert known.losses == pytest.approx([point.loss for point in points], rel=1e-4)
    assert (known.suggestion, known.share) == (suggest(points), 1.0)
    assert known.suggestion


def test_it_is_heard_of_while_it_loads_and_whoever_gives_it_up_ends_its_process(long):
    search = search_rate(long)
    assert next(search).rates == ()
    process = worker()
    for known in search:
        if len(known.rates) == 2:
            break
    assert not gone(process)
    search.close()
    assert gone(process)


def test_it_computes_behind_everything_else_and_is_ended_before_the_server(long):
    search = search_rate(long)
    process = worker() if next(search) else None
    while not next(search).rates:
        pass
    assert process.nice() == psutil.Process().nice() + 10
    assert Path(f"/proc/{process.pid}/oom_score_adj").read_text().strip() == "800"
    search.close()


_SERVER = """
import json, psutil, sys
from mnist_core.background import BackgroundTask, Turns
from mnist_core.config import TrainConfig
from mnist_core.jobs.rate_search import RateSearch, search_rate
config = TrainConfig.from_dict(json.loads(sys.argv[1]))
task = BackgroundTask(lambda: search_rate(config), RateSearch(), Turns(), patience=1000, resumable=False)
while not task.look().result.rates: pass
print(psutil.Process().children()[0].pid, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def server(long):
    """A process in which a search is under way until a line comes, and the search's own process."""
    started = subprocess.Popen(
        [sys.executable, "-c", _SERVER, json.dumps(long.to_dict())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    yield started, psutil.Process(int(started.stdout.readline()))
    started.kill()
    started.communicate()


def test_a_server_that_ends_during_a_search_ends_cleanly_and_takes_it_along(server):
    ending, process = server
    _, errors = ending.communicate("\n", timeout=120)
    assert (ending.returncode, errors) == (0, "")
    assert gone(process)


def test_a_server_that_is_killed_takes_its_search_along(server):
    killed, process = server
    killed.kill()
    wait_for(lambda: gone(process))


def test_it_ends_after_as_many_seconds_as_it_may_have(long):
    found = []
    with pytest.raises(RunError, match="ended after 1 s, as long as the class lets a run train"):
        found.extend(search_rate(long, longest=1))
    assert 0 < found[-1].share < 1
    assert not running("rate_search_worker")


def test_what_the_worker_says_of_its_failure_is_the_sentence(tiny):
    with pytest.raises(RunError, match="the data set is damaged"):
        list(search_rate(tiny, saying('{"failed": "the data set is damaged"}')))


def test_a_failure_of_the_real_worker_is_a_sentence(tiny):
    impossible = SimpleNamespace(to_dict=lambda: tiny.to_dict() | {"filters": "many"})
    with pytest.raises(RunError, match="filters must be a list"):
        list(search_rate(impossible))


@pytest.mark.parametrize(
    ("then", "sentence"),
    [
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "most likely because the machine's memory was full",
        ),
        ("raise SystemExit(3)", "ended with code 3"),
    ],
)
def test_a_worker_that_dies_is_a_sentence(tiny, then, sentence):
    found = []
    with pytest.raises(RunError, match=sentence):
        found.extend(search_rate(tiny, saying('{"rate": 0.1, "loss": 2.0, "share": 0.5}', then=then)))


def test_no_process_is_a_sentence(tiny):
    with pytest.raises(RunError, match="no process for the search can be started"):
        list(search_rate(tiny, ["/nowhere/python"]))
