"""Which device and which number format: decided here once, and named in every run."""

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


def choose_precision(wanted: Precision, device: torch.device) -> torch.dtype:
    """Return the arithmetic's format: for 'auto', bfloat16 where the processor multiplies matrices in it, else float32.

    On a processor, that takes AMX. AVX-512's own bfloat16 instructions do not pay for turning the numbers to and fro:
    a step of 128 images took 13.6 ms instead of 11.2 ms (a network of 0.6 million multiply-adds an image), 98 instead
    of 79 ms (8 million) and 200 instead of 159 ms (17 million), on one core of a Xeon with AVX-512 but without AMX.
    """
    if wanted == "float32":
        return torch.float32
    if wanted == "bfloat16":
        return torch.bfloat16
    if device.type == "cpu":
        return torch.bfloat16 if torch.cpu.get_capabilities().get("amx_bf16") else torch.float32
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    return torch.float32


def why_precision(wanted: Precision, device: torch.device) -> str:
    """Say in a few words why `choose_precision` takes a slower format than there might be; "": it does not."""
    if wanted == "float32" or device.type == "mps" or choose_precision("auto", device) == torch.bfloat16:
        return ""
    kind = "processor" if device.type == "cpu" else "graphics processor"
    if wanted == "bfloat16":
        return f"as asked, though this {kind} has no matrix units for it"
    return f"this {kind} has no bfloat16 matrix units"
