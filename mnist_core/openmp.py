"""How OpenMP's threads wait for each other: set in the environment before torch, and with it OpenMP, is loaded.

PyTorch's wheels for Linux bring libgomp along, which reads the environment once, when it is loaded.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

WAIT_POLICY = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "1000"}
"""Environment variables: a waiting thread spins for so many rounds of libgomp, some 0.05 ms, and then sleeps.

The first variable is OpenMP's own, the second one libgomp's, whose own value is 300,000: on a busy machine a thread
then spins for most of its time slice while the one it waits for has no core. `python -m benchmarks.threads` measures
both.
"""
SET_BY_HAND = (*WAIT_POLICY, "KMP_BLOCKTIME")


def set_wait_policy(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set how OpenMP's threads wait, unless the environment says so already."""
    if not any(name in environment for name in SET_BY_HAND):
        environment.update(WAIT_POLICY)
