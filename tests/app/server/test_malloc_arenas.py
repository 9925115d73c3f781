"""The arenas of malloc, counted in a process of many threads."""

import subprocess
import sys

import pytest

from mnist_core.paths import PROJECT
from ui.server.malloc_arenas import ARENAS, is_glibc

MANY_THREADS = """
import ctypes, re, tempfile, threading
import app  # as the server does

all_there = threading.Barrier(13)

def work():
    kept = [bytes(3000) for _ in range(100)]  # what is smaller than half a kilobyte is in Python's own pools
    all_there.wait()

threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads:
    thread.start()
all_there.wait()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as told:
    file = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(len(re.findall("<heap nr=", told.read().decode())))
"""


def arenas(**environment):
    command = [sys.executable, "-c", MANY_THREADS]
    return int(subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(not is_glibc(), reason="needs glibc: other C libraries have no arenas to limit")
def test_many_threads_share_few_arenas_unless_somebody_has_set_it_by_hand():
    assert arenas() == ARENAS
    assert arenas(MALLOC_ARENA_MAX="5") == 5


@pytest.mark.parametrize("answer", [None, "musl 1.2", ValueError])
def test_another_c_library_is_left_alone(answer, monkeypatch):
    def confstr(_name):
        if answer is ValueError:
            raise ValueError("unrecognized configuration name")
        return answer

    monkeypatch.setattr("os.confstr", confstr)
    assert not is_glibc()
