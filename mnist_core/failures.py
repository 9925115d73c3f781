"""Failures of calculations in the background, as sentences. No torch, no Streamlit."""

from __future__ import annotations

import logging

from mnist_core.errors import DigitLabError


def describe_failure(error: Exception) -> str:
    """Return what went wrong and what to do; the traceback of what nobody foresaw goes to the server's terminal."""
    if isinstance(error, DigitLabError):
        return error.sentence
    # PyTorch says so of a processor's memory and of a graphics card's.
    if isinstance(error, MemoryError) or "allocate memory" in str(error) or "out of memory" in str(error):
        return "The machine's memory is full: use a smaller batch or network, or end other programs, then try again."
    logging.getLogger(__name__).error("a calculation in the background broke off", exc_info=error)
    found = " ".join(f"{type(error).__name__}: {error}".split())
    return f"The calculation broke off unexpectedly ({found}): try again. The server's terminal has the details."
