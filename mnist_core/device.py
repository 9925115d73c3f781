"""Which device, how many threads, which number format: decided here once, and named in every run."""

from __future__ import annotations

import os

import torch

from mnist_core.config import Precision


def choose_device() -> torch.device:
    """Return cuda where there is one, else mps, else cpu."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def cores() -> int:
    """Count the cores this process may use; a container's share can be far below os.cpu_count()."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def choose_precision(wanted: Precision, device: torch.device) -> torch.dtype:
    """Return the arithmetic's format: for 'auto', bfloat16 where the processor computes in it, else float32."""
    if wanted == "float32":
        return torch.float32
    if wanted == "bfloat16":
        return torch.bfloat16
    if device.type == "cpu":
        return torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16") else torch.float32
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    return torch.float32
