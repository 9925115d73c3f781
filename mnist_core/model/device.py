"""The device that computes, and the number format that a configuration asks for."""

from __future__ import annotations

import torch

from mnist_core.config import Precision


def choose_device() -> torch.device:
    """Return cuda where there is one, else mps, else cpu."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def number_format(wanted: Precision) -> torch.dtype:
    """Return the format that a configuration names; for 'auto', where nobody has measured, float32.

    A run's worker measures: `mnist_core.jobs.choice`.
    """
    return torch.bfloat16 if wanted == "bfloat16" else torch.float32
