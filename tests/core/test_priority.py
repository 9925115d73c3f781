"""A process that computes stands back behind the server."""

import subprocess
import sys
from pathlib import Path

import pytest

_GIVES_WAY = (
    "import os; from mnist_core.priority import give_way; give_way(); print(os.getpriority(os.PRIO_PROCESS, 0))"
)
_GROUP = "from pathlib import Path; print(Path('/proc/self/autogroup').read_text().split()[-1])"
_IN_A_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)"


def _said(program, *arguments):
    """What a program prints that leads a session of its own: the tests' own may be grouped with the whole system."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        start_new_session=True,
    )
    return [int(line) for line in done.stdout.split()]


def _groups_by_session():
    setting = Path("/proc/sys/kernel/sched_autogroup_enabled")
    return setting.exists() and setting.read_text().strip() == "1"


def test_a_process_that_gives_way_is_less_urgent_by_ten():
    (before,) = _said("import os; print(os.getpriority(os.PRIO_PROCESS, 0))")
    assert _said(_GIVES_WAY) == [min(before + 10, 19)]


@pytest.mark.skipif(not _groups_by_session(), reason="this kernel does not group by session")
def test_so_is_the_session_that_it_leads_and_no_other():
    assert _said(f"{_GIVES_WAY}; {_GROUP}")[1] == 10
    (before,) = _said(_IN_A_CHILD, _GROUP)
    assert _said(_IN_A_CHILD, f"{_GIVES_WAY}; {_GROUP}")[1] == before
