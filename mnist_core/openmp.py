"""How OpenMP's threads wait for each other: set in the environment before torch, and with it OpenMP, is loaded.

PyTorch's wheels for Linux bring libgomp along, which reads the environment once, when it is loaded.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

SLEEP = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "1000"}
"""Environment variables: a waiting thread spins for so many rounds of libgomp, some 0.05 ms, and then sleeps.

The first variable is OpenMP's own, the second one libgomp's.
"""
SPIN = {"OMP_WAIT_POLICY": "active", "GOMP_SPINCOUNT": "300000"}
"""A waiting thread spins for as many rounds as libgomp takes by itself, so that it hardly ever sleeps.

That is fastest on an idle machine. On a busy one a thread spins for most of its time slice while the one it waits for
has no core: `jobs.spin_control` then shortens the spin to 1,000 rounds, which libgomp does with the policy "active".

`python -m benchmarks.threads` measures both.
"""
SET_BY_HAND = (*SLEEP, "KMP_BLOCKTIME")


def set_wait_policy(environment: MutableMapping[str, str] = os.environ) -> None:
    """Let OpenMP's threads sleep while they wait, unless somebody has set in the environment how they do."""
    if not any(name in environment for name in SET_BY_HAND):
        environment.update(SLEEP)


def let_spin(environment: MutableMapping[str, str] = os.environ) -> None:
    """Let OpenMP's threads spin in a process with a `SpinControl`, unless somebody has set how they wait.

    To be called before torch is loaded; later it changes nothing.
    """
    if all(environment.get(name) == value for name, value in SLEEP.items()) and "KMP_BLOCKTIME" not in environment:
        environment.update(SPIN)


def spins(environment: MutableMapping[str, str] = os.environ) -> bool:
    """Return whether `let_spin` has been called for this environment."""
    return all(environment.get(name) == value for name, value in SPIN.items())
