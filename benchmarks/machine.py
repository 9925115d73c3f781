"""One line that says where a measurement was made."""

from __future__ import annotations

import platform

import torch

from mnist_core.jobs.cores import cores
from mnist_core.jobs.machine import processor


def machine() -> str:
    """Return processor, cores, system and the versions that matter."""
    has = torch.cpu.get_capabilities()
    bfloat16 = "in matrix units" if has.get("amx_bf16") else "in vectors" if has.get("avx512_bf16") else "absent"
    return (
        f"{processor()}, {cores()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, bfloat16 {bfloat16}"
    )
