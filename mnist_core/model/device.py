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
    """Return the arithmetic's format: for 'auto', bfloat16 where the device computes faster in it, else float32.

    A processor does with matrix units (AMX), and AMD's with AVX-512's vector instructions for bfloat16: one core of an
    EPYC trains the preset `best` in 0.52, `fast` in 0.90 and `notebook` in 0.95 of the time. Intel's vector
    instructions do not pay for turning the numbers to and fro: a step of 128 images took 13.6 ms instead of 11.2 ms (a
    network of 0.6 million multiply-adds an image), 98 instead of 79 ms (8 million) and 200 instead of 159 ms
    (17 million), on one core of a Xeon with AVX-512 but without AMX. `python -m benchmarks.precision` measures both.
    """
    if wanted == "float32":
        return torch.float32
    if wanted == "bfloat16" or _faster_in_bfloat16(device):
        return torch.bfloat16
    return torch.float32


def _faster_in_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        has = torch.cpu.get_capabilities()
        return bool(has.get("amx_bf16") or (has.get("avx512_bf16") and "AMD" in has.get("cpu_name", "")))
    return False


def why_precision(wanted: Precision, device: torch.device) -> str:
    """Say in a few words why `choose_precision` takes a slower format than there might be; "": it does not."""
    if wanted == "float32" or device.type == "mps" or _faster_in_bfloat16(device):
        return ""
    kind = "processor" if device.type == "cpu" else "graphics processor"
    if wanted == "bfloat16":
        return f"as asked, though this {kind} is not faster in it"
    return f"this {kind} is not faster in bfloat16"
