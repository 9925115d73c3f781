"""One line that says where a measurement was made."""

from __future__ import annotations

import platform
from pathlib import Path

import torch

from mnist_core.jobs.cores import cores


def machine() -> str:
    """Return processor, cores, system and the versions that matter."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [line for line in cpuinfo.read_text().splitlines() if "model name" in line] if cpuinfo.exists() else []
    processor = names[0].partition(":")[2].strip() if names else platform.processor() or platform.machine()
    has = torch.cpu.get_capabilities()
    bfloat16 = "in matrix units" if has.get("amx_bf16") else "in vectors" if has.get("avx512_bf16") else "absent"
    return (
        f"{processor}, {cores()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, bfloat16 {bfloat16}"
    )
