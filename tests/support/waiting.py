"""Waiting for a condition."""

import time


def wait_for(condition, process=None, seconds=180):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        assert process is None or process.poll() is None, "the worker ended too early"
        time.sleep(0.02)
