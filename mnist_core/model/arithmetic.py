"""Arithmetic: the number format and the threads that a training computes with, and why these. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NumberFormat = Literal["float32", "bfloat16"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Arithmetic:
    """How a training computes. Equal configurations with equal arithmetic give equal weights on one machine."""

    precision: NumberFormat
    threads: int
    precision_reason: str = ""
    """In a few words; empty where there is nothing to say."""
    threads_reason: str = ""
